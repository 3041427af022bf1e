# Reference values for time to event. Run: Rscript lung.R (R 4.2.2, survival 3.5-3).
library(survival)
options(digits = 10, width = 200)
print(packageVersion("survival"))
d <- lung
cat("rows", nrow(d), "time", sum(d$time), "status", sum(d$status), "age", sum(d$age), "\n")
cat("log-rank", survdiff(Surv(time, status) ~ sex, d)$chisq, "\n")
fit <- survfit(Surv(time, status) ~ sex, d, conf.type = "log-log")
print(summary(fit)$table)
for (t in c(90, 180, 364, 700)) {
  s <- summary(fit, times = t)
  cat("at", t, "survival", s$surv, "low", s$lower, "high", s$upper, "n.risk", s$n.risk, "\n")
}
by_time <- summary(fit, times = c(0, 182, 364, 546))
print(data.frame(strata = by_time$strata, time = by_time$time, n.risk = by_time$n.risk,
                 events = ave(by_time$n.event, by_time$strata, FUN = cumsum),
                 censored = ave(by_time$n.censor, by_time$strata, FUN = cumsum)))
# Polished: the default stops about 1e-5 short in the coefficients.
cox <- function(formula) print(summary(coxph(formula, d, ties = "efron",
  control = coxph.control(eps = 1e-15, iter.max = 100)))$coefficients)
d <- lung[!is.na(lung$ph.ecog) & lung$ph.ecog < 3, ]
cat("rows", nrow(d), "\n")
cox(Surv(time, status) ~ I(sex == 2))
cox(Surv(time, status) ~ I(sex == 2) + age + factor(ph.ecog))
d <- lung
cox(Surv(time, status) ~ I(sex == 2))
# Coarse times, so that ties and a curve that stands exactly at one half matter.
tied <- data.frame(time = c(28, 28, 56, 56, 84, 84, 84, 84), event = c(1, 1, 1, 1, 0, 0, 0, 0))
print(summary(survfit(Surv(time, event) ~ 1, tied, conf.type = "log-log")))
