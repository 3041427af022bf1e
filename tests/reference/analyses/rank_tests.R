# Reference values for rank tests. Run: Rscript rank_tests.R (R 4.2.2, coin).
library(coin)
options(digits = 10)
cat("coin", format(packageVersion("coin")), "\n")
i <- 1:80
arm <- factor(ifelse(i %% 2 == 1, "yoga", "usual"), levels = c("yoga", "usual"))
site <- factor(c("a", "b", "c")[1 + (i * 5) %% 3])
better_by <- ((i * 37) %% 23) * 5 - 20 + 10 * (arm == "yoga")
better_by[i %% 9 == 0] <- -1000  # missing: below all others, tied
cat("sum", sum(better_by), "\n")
w <- wilcox.test(better_by[arm == "yoga"], better_by[arm == "usual"], exact = FALSE, correct = FALSE)
cat("wilcoxon U", w$statistic, "probability", w$statistic / 1600, "p", w$p.value, "\n")
# Ranks within strata over N + 1: van Elteren's weights.
weighted <- function(y) rank(y) / (length(y) + 1)
found <- independence_test(better_by ~ arm | site, ytrafo = function(data)
  trafo(data, numeric_trafo = weighted, block = site), teststat = "scalar", distribution = "asymptotic")
cat("van elteren z", abs(statistic(found)), "p", pvalue(found), "\n")
welch <- t.test(pmin(pmax(better_by, 0), 100) / 100 ~ arm)
cat("area", welch$estimate[1] - welch$estimate[2], "se", welch$stderr, "df", welch$parameter, "limits", welch$conf.int, "\n")
