# Exact limits of percentages and rates; R 4.2.2, package stats. Rscript harms.R > harms.csv
cases <- list(c(0, 40, 0, 38.2), c(1, 40, 1, 38.1), c(7, 40, 12, 35.25), c(40, 40, 95, 4.5), c(12, 118, 12, 41.5))
cat("with_event,n,conf_low,conf_high,events,years,rate_low,rate_high\n")
for (case in cases) {
  share <- binom.test(case[1], case[2])$conf.int
  rate <- poisson.test(case[3], case[4])$conf.int
  cat(sprintf("%d,%d,%.10f,%.10f,%d,%g,%.10f,%.10f\n", case[1], case[2], share[1], share[2], case[3], case[4], rate[1], rate[2]))
}
