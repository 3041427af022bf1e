# Reference values for MMRM and ANCOVA as the analyses assemble them: factors, three arms, missing
# scores. Run in this folder: Rscript mean_difference.R; it writes mean_difference.csv.
library(mmrm)
library(emmeans)
options(digits = 10, width = 200)
cat("mmrm", format(packageVersion("mmrm")), "emmeans", format(packageVersion("emmeans")), "\n")

# The same numbers are made in tests/analyses/made.py.
noise <- function(k) ((k * 7919) %% 1009) / 1009 - 0.5
i <- 1:120
arm <- c("usual", "yoga", "qigong")[1 + i %% 3]
site <- c("north", "south")[1 + (i %/% 5) %% 2]
baseline <- 6 + 4 * noise(i)
long <- expand.grid(visit = c("w4", "w12", "w26"), i = i)
t <- match(long$visit, c("w4", "w12", "w26"))
j <- long$i
long$subject <- factor(j)
long$arm <- factor(arm[j], levels = c("usual", "yoga", "qigong"))
long$site <- factor(site[j])
long$baseline <- baseline[j]
long$value <- 1 + 0.7 * baseline[j] + 3 * noise(j + 500) + 2 * noise(17 * j + 131 * t) -
  0.3 * t * (arm[j] == "yoga") - 0.1 * t * (arm[j] == "qigong") + 0.4 * (site[j] == "south")
long$value[(j * 31 + t * 17) %% 11 == 0 | (t == 3 & j %% 7 == 0)] <- NA
cat("observed", sum(!is.na(long$value)), "sum", sum(long$value, na.rm = TRUE), "\n")

seen <- long[!is.na(long$value), ]
fit <- mmrm(value ~ baseline * visit + arm * visit + site + us(visit | subject), seen, reml = TRUE,
            control = mmrm_control(method = "Kenward-Roger", vcov = "Kenward-Roger-Linear",
                                   optimizer = c("nlminb", "BFGS", "L-BFGS-B")))
rows <- function(model, kind, grid, visit) {
  d <- data.frame(unclass(summary(grid)))
  data.frame(model = model, kind = kind, arm = sub(" - usual", "", if (kind == "mean") d$arm else d$contrast),
             visit = if (is.null(visit)) as.character(d$visit) else visit,
             estimate = if (kind == "mean") d$emmean else d$estimate, std_error = d$SE, df = d$df)
}
compare <- function(means) contrast(means, "trt.vs.ctrl", ref = 1, adjust = "none")
means <- emmeans(fit, ~ arm | visit)
found <- rbind(rows("mmrm", "mean", means, NULL), rows("mmrm", "contrast", compare(means), NULL))
cat("deviance", format(deviance(fit), digits = 12), "\n")

last <- seen[seen$visit == "w26", ]
ols <- lm(value ~ baseline + arm + site, last)
means <- emmeans(ols, ~ arm)
found <- rbind(found, rows("ancova", "mean", means, "w26"), rows("ancova", "contrast", compare(means), "w26"))
cat("residual sd", summary(ols)$sigma, "\n")
found[5:7] <- lapply(found[5:7], format, digits = 12, trim = TRUE)
write.csv(found, "mean_difference.csv", row.names = FALSE, quote = FALSE)
