# Reference values where curves stand at one half, times differ by rounding alone, or entry is late.
# Run: Rscript steps.R (R 4.2.2, survival 3.5-3).
library(survival)
options(digits = 12, width = 200)
half <- function(time, event) summary(survfit(Surv(time, event) ~ 1, conf.type = "log-log"))$table["median"]
cat("falls later", half(c(1, 2, 3, 5), c(1, 1, 1, 1)), "\n")
cat("by visits", half(c(28, 28, 56, 84), c(1, 1, 1, 0)), "\n")
cat("stays", half(c(28, 28, 56, 56, 84, 84, 84, 84), c(1, 1, 1, 1, 0, 0, 0, 0)), "\n")
# 0.1 + 0.2 and 0.3 differ in the last digit.
time <- c(0.1 + 0.2, 0.3, 0.3, 0.5, 0.8, 0.1 + 0.7, 0.9, 1.0)
event <- c(1, 1, 0, 1, 1, 0, 1, 0)
arm <- c(1, 2, 1, 2, 1, 2, 1, 2)
print(summary(survfit(Surv(time, event) ~ 1))[c("time", "n.risk", "n.event", "surv")])
cat("log-rank", survdiff(Surv(time, event) ~ arm)$chisq, "\n")
# Late entry: at R's own times, at 0, and between.
late <- data.frame(entry = c(0, 0, 0, 4, 6, 3), time = c(3, 8, 10, 10, 12, 10), event = c(1, 1, 1, 0, 1, 1))
fit <- survfit(Surv(entry, time, event) ~ 1, late)
print(cbind(fit$time, fit$n.risk))
print(summary(fit, times = c(0, 3, 5, 8, 10, 12))[c("time", "n.risk")])
