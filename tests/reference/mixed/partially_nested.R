# Reference values of partially nested models: nlme (residual variance by arm) and lme4 with lmerTest
# and pbkrtest (shared residual variance). Usage: Rscript partially_nested.R OUTPUT_FOLDER
suppressMessages({library(nlme); library(lme4); library(lmerTest); library(pbkrtest); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
set.seed(20261123)
one <- function(name, classes, size, control, tau) {
  class <- rep(seq_len(classes), times = size)
  n <- length(class)
  d <- data.frame(arm = rep(c("integrative", "medication"), c(n, control)),
                  class_id = c(class, rep(NA, control)), baseline = round(rnorm(n + control, 6, 1.5), 2))
  u <- rnorm(classes, 0, sqrt(tau))
  d$y <- round(2 + 0.6 * d$baseline - 0.8 * (d$arm == "integrative") +
    ifelse(d$arm == "integrative", u[ifelse(is.na(d$class_id), 1, d$class_id)], 0) +
    rnorm(nrow(d), 0, ifelse(d$arm == "integrative", 1.2, 1.8)), 3)
  write.csv(d, file.path(folder, paste0(name, ".csv")), row.names = FALSE, quote = FALSE)
  d$arm <- relevel(factor(d$arm), "integrative")
  d$group <- factor(ifelse(is.na(d$class_id), paste0("alone", seq_len(nrow(d))), d$class_id))
  d$taught <- as.numeric(d$arm == "integrative")
  tries <- list(
    lmeControl(opt = "nlminb", maxIter = 1000, msMaxIter = 1000, msMaxEval = 5000, niterEM = 200, msTol = 1e-15, tolerance = 1e-14),
    lmeControl(opt = "nlminb", maxIter = 1000, msMaxIter = 1000, msMaxEval = 5000, niterEM = 0, msTol = 1e-15, tolerance = 1e-14),
    lmeControl(opt = "optim", optimMethod = "Nelder-Mead", maxIter = 1000, msMaxIter = 5000, niterEM = 200, msTol = 1e-15, reltol = 1e-15, tolerance = 1e-14),
    lmeControl(opt = "optim", maxIter = 1000, msMaxIter = 5000, niterEM = 200, msTol = 1e-15, tolerance = 1e-14))
  fits <- Filter(function(x) inherits(x, "lme"), lapply(tries, function(control_) try(
    lme(y ~ arm + baseline, d, random = list(group = pdIdent(~ 0 + taught)),
        weights = varIdent(form = ~ 1 | arm), method = "REML", control = control_), TRUE)))
  logs <- vapply(fits, function(f) as.numeric(logLik(f)), 0)
  by_arm <- fits[[which.max(logs)]]; print(-2 * logs, digits = 12)
  ratio <- exp(as.numeric(by_arm$modelStruct$varStruct))
  s <- by_arm$sigma
  first <- levels(d$arm)[1]
  values <- varWeights(by_arm$modelStruct$varStruct)
  sd_of <- tapply(s / values, as.character(d$arm[order(d$group)]), unique)
  shared <- lmer(y ~ arm + baseline + (0 + taught | group), d, REML = TRUE,
                 control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12)))
  satterthwaite <- coef(summary(shared, ddf = "Satterthwaite"))
  kr <- coef(summary(shared, ddf = "Kenward-Roger"))
  v <- as.data.frame(VarCorr(shared))
  list(name = name,
    by_arm = list(minus_two_log_likelihood = -2 * as.numeric(logLik(by_arm)), estimate = unname(fixef(by_arm)),
      std_error = unname(sqrt(diag(vcov(by_arm)))), cluster = getVarCov(by_arm)[1, 1],
      residual = list(integrative = unname(sd_of["integrative"])^2, medication = unname(sd_of["medication"])^2)),
    shared = list(minus_two_log_likelihood = as.numeric(REMLcrit(shared)), cluster = v$vcov[1], residual = v$vcov[2],
      estimate = unname(satterthwaite[, 1]), std_error = unname(satterthwaite[, 2]), df = unname(satterthwaite[, 3]),
      kr_std_error = unname(kr[, 2]), kr_df = unname(kr[, 3])))
}
cases <- list(one("balanced_classes", 8, rep(8, 8), 64, 0.8), one("unequal_classes", 10, c(3, 12, 5, 9, 7, 4, 10, 6, 8, 2), 60, 1.0))
write_json(list(provenance = list(kind = "computed", program = "R nlme, lme4, lmerTest, pbkrtest",
    version = paste(packageVersion("nlme"), packageVersion("lme4"), packageVersion("lmerTest"), packageVersion("pbkrtest")),
    r = R.version.string, script = "partially_nested.R",
    checked_by = "outcomes developers, two programs on the same data, 2026-11-23",
    tolerance = "deviance 1e-8, estimates 1e-5, standard errors and degrees of freedom 1e-3 relative",
    tolerance_reason = "nlme and lme4 stop just before the optimum and lmerTest differentiates numerically; nlme keeps the best of four optimisers"),
  cases = cases), file.path(folder, "partially_nested.json"), auto_unbox = TRUE, digits = NA)
