# Joint tests of types II and III, residuals, conditional predictions and standardised effects.
# Usage: Rscript tests_and_predictions.R FOLDER_OF_THE_DATA
suppressMessages({library(mmrm); library(emmeans); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
lines <- readLines(file.path(folder, "reference_values.R"))
from <- grep("^newton <-", lines); to <- grep("^names_of <-", lines) - 1
eval(parse(text = lines[from:to]))  # the polishing optimiser
d <- read.csv(file.path(Sys.getenv("OUTCOMES_TRIAL_DATA"), "fev_mmrm.csv"), stringsAsFactors = TRUE)
fit <- function(f, ...) mmrm(f, d, method = "Kenward-Roger", vcov = "Kenward-Roger-Linear", optimizers = polished, ...)
rich <- fit(FEV1 ~ RACE + SEX * FEV1_BL + ARMCD * AVISIT + us(AVISIT | USUBJID))
plain <- fit(FEV1 ~ RACE + SEX + ARMCD * AVISIT + us(AVISIT | USUBJID))
weighted <- fit(FEV1 ~ RACE + SEX + ARMCD * AVISIT + ar1h(AVISIT | USUBJID), weights = d$WEIGHT)
anova_rows <- function(type) { a <- as.data.frame(mmrm:::Anova.mmrm(rich, type = type)); names(a) <- c("num_df", "denom_df", "statistic", "p_value"); cbind(term = rownames(a), a) }
kinds <- c(raw = "response", pearson = "pearson", normalised = "normalized")
residuals_of <- function(f) lapply(kinds, function(k) unname(residuals(f, type = k)))
conditional <- as.data.frame(predict(plain, d, se.fit = TRUE, interval = "confidence", conditional = TRUE))
write_json(list(
  provenance = list(kind = "computed", program = "R mmrm", version = as.character(packageVersion("mmrm")), r = R.version.string,
    script = "tests_and_predictions.R", checked_by = "outcomes developers, polished fits, 2026-11-23",
    tolerance = "1e-5 relative", tolerance_reason = "same equations at the same optimum"),
  type_two = anova_rows("II"), type_three = anova_rows("III"),
  residuals = residuals_of(plain), weighted_residuals = residuals_of(weighted),
  conditional_mean = unname(conditional$fit), conditional_std_error = unname(conditional$se)
), file.path(folder, "tests_and_predictions.json"), auto_unbox = TRUE, digits = NA)
