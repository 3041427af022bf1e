# Pooling rules of R rbmi and convergence diagnostics of rstan, on stored numbers. Usage: Rscript pooling.R FOLDER
suppressWarnings(suppressMessages({library(rbmi); library(rstan); library(jsonlite)}))
folder <- commandArgs(TRUE)[1]
set.seed(5)
estimates <- round(rnorm(24, 1, 0.4), 3); errors <- round(runif(24, 0.4, 0.6), 3)
two_sided <- function(x) unlist(x[c("est", "se", "pvalue")])
rubin <- function(df) { r <- rbmi:::rubin_rules(estimates, errors, df); list(complete_df = if (is.finite(df)) df else "Inf", est = r$est_point, variance = r$var_t, df = r$df) }
percentile <- rbmi:::pool_bootstrap_percentile(c(1.1, estimates - 0.6), 0.9, "two.sided")
chains <- list(
  mixed = sapply(1:4, function(k) as.vector(arima.sim(list(ar = 0.6), 250))),
  apart = sapply(1:3, function(k) as.vector(arima.sim(list(ar = 0.3), 101)) + k),
  short = sapply(1:2, function(k) rnorm(12)))
chains <- lapply(chains, round, 4)
write_json(list(
  provenance = list(kind = "computed", program = "R rbmi and rstan", version = paste(packageVersion("rbmi"), packageVersion("rstan")),
    r = R.version.string, script = "pooling.R", checked_by = "outcomes developers, 2026-11-26",
    tolerance = 1e-9, tolerance_reason = "the same arithmetic"),
  estimates = estimates, errors = errors, rubin = lapply(c(20, 397, Inf), rubin),
  bootstrap_ml = rbmi:::get_ests_bmlmi(estimates, 3),
  jackknife = two_sided(rbmi:::pool_internal.jackknife(list(est = c(1.1, estimates)), 0.95, "two.sided", NULL, NULL)),
  percentile = list(low = percentile$ci[1], high = percentile$ci[2], p = percentile$pvalue),
  accumulated = lapply(1:4, function(k) rbmi:::d_lagscale(c(5, 6, 7, 8), c(1, 2, 3, 4), seq_len(4) >= k)),
  chains = lapply(chains, function(x) list(draws = x, r_hat = Rhat(x), effective_sample_size = ess_bulk(x)))
), file.path(folder, "pooling.json"), auto_unbox = TRUE, digits = NA)
