# Random imputation by R rbmi: approximate Bayesian, Bayesian (Stan), bootstrap of conditional means, bootstrapped ML.
# Usage: OUTCOMES_TRIAL_DATA=FOLDER_OF_THE_DATA Rscript random_imputation.R FOLDER_OF_THE_RESULT
# (and BOOST_FOLDER=FOLDER_OF_THE_BOOST_HEADERS where the package BH holds none)
suppressWarnings(suppressMessages({library(rbmi); library(jsonlite); library(rstan)}))
folder <- commandArgs(TRUE)[1]

# rbmi writes Stan's newer array syntax, which needs rstan 2.26; the same program in the older syntax runs in 2.21.
older <- function(code) {
  code <- gsub("array\\[\\] vector ", "vector[] ", code)
  gsub("array\\[([^]]*)\\] ([a-z_]+(<[^>]*>)?(\\[[^]]*\\])?) ([A-Za-z_]+)", "\\2 \\5[\\1]", code)
}
if (rstan_options("boost_lib") == "") rstan_options(boost_lib = Sys.getenv("BOOST_FOLDER"))  # where R has no headers of Boost
compile <- rstan::stan_model
assignInNamespace("stan_model", function(file = NULL, model_code = NULL, ...) {
  code <- if (is.null(file)) model_code else paste(readLines(file), collapse = "\n")
  compile(model_code = older(code), model_name = "rbmi")
}, "rstan")
assignInNamespace("ensure_rstan", function(...) invisible(TRUE), "rbmi")

d <- read.csv(file.path(Sys.getenv("OUTCOMES_TRIAL_DATA"), "acupuncture_headache_trial.csv"))
d <- within(d, { id <- factor(id); time <- factor(time); treat <- factor(treat) })
vars <- set_vars(subjid = "id", visit = "time", outcome = "head", group = "treat", strategy = "strategy",
                 covariates = c("head_base*time", "treat*time"))
analysis <- vars; analysis$covariates <- "head_base"
wide <- reshape(d[d$treat == 2, c("id", "time", "head")], idvar = "id", timevar = "time", direction = "wide")
first <- ifelse(!is.na(wide$head.12), NA, ifelse(is.na(wide$head.3), "3", "12"))
events <- data.frame(id = as.character(wide$id), time = first, strategy = "JR", stringsAsFactors = FALSE)[!is.na(first), ]
references <- c("1" = "1", "2" = "1")

run <- function(name, method, ...) {
  set.seed(20261126)
  drawn <- suppressWarnings(draws(d, events, vars, method, quiet = TRUE))
  out <- list()
  for (strategy in c("JR", "MAR")) {
    update <- events[c("id", "strategy")]; update$strategy <- strategy
    analysed <- analyse(impute(drawn, references, update_strategy = update), ancova, vars = analysis)
    pooled <- pool(analysed, ...)
    rows <- as.data.frame(pooled)
    if (name %in% c("bayesian", "approximate_bayesian")) {
      error <- as.data.frame(mcse(pooled, analysed))
      rows$est_mcse <- error$est; rows$se_mcse <- error$se
    }
    out[[strategy]] <- rows[startsWith(rows$parameter, "trt"), ]
  }
  message(name); list(method = name, size = length(drawn$samples), strategies = out)
}
result <- list(
  run("bayesian", method_bayes(n_samples = 400, control = control_bayes(warmup = 500, thin = 10))),
  run("approximate_bayesian", method_approxbayes(n_samples = 400)),
  run("bootstrap", method_condmean(type = "bootstrap", n_samples = 400), type = "normal"),
  run("bootstrap_ml", method_bmlmi(B = 200, D = 2)))
write_json(list(
  provenance = list(kind = "computed", program = "R rbmi", version = as.character(packageVersion("rbmi")), mmrm = as.character(packageVersion("mmrm")),
    rstan = as.character(packageVersion("rstan")), r = R.version.string, script = "random_imputation.R",
    checked_by = "outcomes developers, 2026-11-26", tolerance = 3,
    tolerance_reason = "Monte Carlo standard errors of the difference between two independent runs"),
  runs = result), file.path(folder, "random_imputation.json"), auto_unbox = TRUE, digits = NA, dataframe = "rows")
