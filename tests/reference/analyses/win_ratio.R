# Reference values of win statistics from two R packages.
# Run: Rscript win_ratio.R   (R 4.2.2, WINS 1.5.1, hce 0.9.4). Writes win_ratio.csv, prints the rest.
suppressMessages({library(WINS); library(hce)})
options(digits = 12)

# 1. Published trial: ordinal status at day 15 of ACTT-1 (Beigel JH, et al. N Engl J Med
#    2020;383:1813-1826, table 2), patients in categories 1 (best) to 8 (death), those without a
#    score counted in the category the table puts them in.
remdesivir <- c(157, 117, 14, 38, 58, 28, 95, 34)
placebo <- c(115, 102, 8, 33, 60, 24, 121, 58)
actt <- data.frame(AVAL = c(rep(8:1, remdesivir), rep(8:1, placebo)),
                   TRTP = rep(c("A", "P"), c(sum(remdesivir), sum(placebo))))
print(calcWINS(x = actt, AVAL = "AVAL", TRTP = "TRTP", ref = "P"))
# Standard error of the win probability with divisor n - 1 (DeLong), as hce documents it.
each <- IWP(data = actt, AVAL = "AVAL", TRTP = "TRTP", ref = "P")
cat("DeLong SE of the win probability",
    sqrt(sum(tapply(each$AVAL_, each$TRTP, var) / tapply(each$AVAL_, each$TRTP, length))), "\n")

# 2. A small made-up trial: time to an event, a binary outcome, a score with a margin; 3 strata.
set.seed(11)
n <- 90
arm <- rep(c("active", "control"), length.out = n)
stratum <- rep(1:3, c(40, 30, 20))
died <- round(rexp(n, ifelse(arm == "active", 0.010, 0.016)), 3)
left <- round(runif(n, 20, 120), 3)
d <- data.frame(arm, stratum, time = pmin(died, left), event = as.integer(died <= left),
                response = rbinom(n, 1, ifelse(arm == "active", 0.5, 0.35)),
                score = round(rnorm(n, ifelse(arm == "active", 1, 0), 3)))
write.csv(d, "win_ratio.csv", row.names = FALSE, quote = FALSE)
w <- data.frame(arm = d$arm, stratum = d$stratum, Delta_1 = d$event, Y_1 = d$time, Y_2 = d$response,
                Y_3 = d$score)
for (weight in c("unstratified", "MH-type")) {
  r <- win.stat(data = w, ep_type = c("tte", "binary", "continuous"), priority = 1:3,
                arm.name = c("active", "control"), tau = c(0, 0, 1.5), alpha = 0.05,
                stratum.weight = weight, method = "unadjusted", pvalue = "two-sided",
                summary.print = FALSE)
  cat(weight, "\n"); print(r$Win_statistic); print(r$p_value); print(r$summary_ep)
}
