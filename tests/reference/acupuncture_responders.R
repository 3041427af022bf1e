# Responders of the acupuncture trial from the public data file. Run in the folder of
# acupuncture_headache_trial.csv: Rscript acupuncture_responders.R (R 4.2.2, base).
options(digits = 10)
d <- read.csv("acupuncture_headache_trial.csv", na.strings = "NA")
d <- d[d$time == 12, ]
better_by <- 100 * (d$head_base - d$head) / d$head_base
arm <- d$treat
wilson <- function(x, n, z = qnorm(0.975)) (x + z^2 / 2 + c(-1, 1) * z * sqrt(x * (n - x) / n + z^2 / 4)) / (n + z^2)
for (percent in c(30, 50)) {
  y <- ifelse(is.na(better_by), 0, better_by >= percent - 1e-9)
  x <- tapply(y, arm, sum); n <- tapply(y, arm, length); p <- x / n
  a <- wilson(x[2], n[2]); u <- wilson(x[1], n[1])
  r <- p[2] - p[1]
  cat("response", percent, "counts", x, n, "difference", r,
      r - sqrt((p[2] - a[1])^2 + (u[2] - p[1])^2), r + sqrt((a[2] - p[2])^2 + (p[1] - u[1])^2),
      "p", prop.test(x, n, correct = FALSE)$p.value, "ratio", p[2] / p[1],
      "odds", p[2] / (1 - p[2]) / (p[1] / (1 - p[1])), "needed", 1 / r, "\n")
}
seen <- !is.na(better_by)
cat("observed", tapply(better_by[seen] >= 30, arm[seen], sum), tapply(seen, arm, sum), "\n")
low <- ifelse(seen, better_by, min(better_by, na.rm = TRUE) - 1)
w <- wilcox.test(low[arm == 2], low[arm == 1], exact = FALSE, correct = FALSE)
cat("wilcoxon", w$statistic / prod(table(arm)), "p", w$p.value, "\n")
held <- ifelse(seen, pmin(pmax(better_by, 0), 100), 0) / 100
t <- t.test(held[arm == 2], held[arm == 1])
cat("area", diff(rev(t$estimate)), t$conf.int, "\n")
# Standardised over age and migraine: predictions of glm, averaged.
resp <- ifelse(seen, better_by >= 30 - 1e-9, FALSE)
fit <- glm(resp ~ factor(arm) + age + factor(migraine), binomial, cbind(d, arm), control = list(epsilon = 1e-14))
risk <- sapply(1:2, function(a) mean(predict(fit, transform(cbind(d, arm), arm = a), type = "response")))
cat("standardised", risk, diff(risk), "\n")
