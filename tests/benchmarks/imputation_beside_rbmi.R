# Seconds of R rbmi, by the clock and of the processor, on the trial imputation_beside_rbmi.py wrote. Usage: Rscript imputation_beside_rbmi.R FOLDER [bayesian]
suppressWarnings(suppressMessages(library(rbmi)))
arguments <- commandArgs(TRUE); folder <- arguments[1]
d <- read.csv(file.path(folder, "trial.csv"))
d <- within(d, { subject <- factor(subject); visit <- factor(visit); arm <- factor(arm, levels = c("control", "active")) })
events <- read.csv(file.path(folder, "events.csv"), colClasses = "character"); events$strategy <- "JR"
vars <- set_vars(subjid = "subject", visit = "visit", outcome = "y", group = "arm", strategy = "strategy",
                 covariates = c("base*visit", "arm*visit"))
analysis <- vars; analysis$covariates <- "base"
references <- c(control = "control", active = "control")
seconds <- function(method) {
  set.seed(1)
  found <- system.time(suppressWarnings(pool(analyse(impute(draws(d, events, vars, method, quiet = TRUE), references),
                                                     ancova, vars = analysis))))
  c(found[["elapsed"]], sum(found[c("user.self", "sys.self")]))
}
found <- cbind(jackknife = seconds(method_condmean(type = "jackknife")),
               approximate_bayesian = seconds(method_approxbayes(n_samples = 500)))
if ("bayesian" %in% arguments) {
  # Stan's newer array syntax needs rstan 2.26: the same program in the older syntax, compiled before the clock starts.
  library(rstan); compile <- rstan::stan_model; kept <- NULL
  if (rstan_options("boost_lib") == "") rstan_options(boost_lib = Sys.getenv("BOOST_FOLDER"))  # where R has no headers of Boost
  older <- function(code) {
    code <- gsub("array\\[\\] vector ", "vector[] ", code)
    gsub("array\\[([^]]*)\\] ([a-z_]+(<[^>]*>)?(\\[[^]]*\\])?) ([A-Za-z_]+)", "\\2 \\5[\\1]", code)
  }
  assignInNamespace("stan_model", function(file = NULL, model_code = NULL, ...) {
    if (is.null(kept)) kept <<- compile(model_code = older(paste(readLines(file), collapse = "\n")), model_name = "rbmi")
    kept }, "rstan")
  suppressWarnings(draws(d, events, vars, method_bayes(n_samples = 5, control = control_bayes(warmup = 20, thin = 1)), quiet = TRUE))
  found <- cbind(found, bayesian = seconds(method_bayes(n_samples = 500)))
}
write.csv(data.frame(method = colnames(found), r_clock = found[1, ], r_processor = found[2, ]), file.path(folder, "r_seconds.csv"), row.names = FALSE)
