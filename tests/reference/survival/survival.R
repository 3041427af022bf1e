# Reference values for time to event: R's survival, cmprsk and MASS.
# Usage: Rscript survival.R OUTPUT_FOLDER DATASETS
# DATASETS is the folder of the public data sets that lifelines installs (lifelines/datasets); the
# made data (made.csv, visits.csv, flares.csv) are drawn here.
suppressMessages({library(survival); library(cmprsk); library(MASS); library(jsonlite)})
out <- commandArgs(TRUE)[1]
sets <- commandArgs(TRUE)[2]
tight <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 100)
keep <- function(d, name) write.csv(d, file.path(out, name), row.names = FALSE, quote = FALSE, na = "")

# --- public data sets -------------------------------------------------------------------------
lung <- read.csv(file.path(sets, "lung.csv"))
lung$entry <- floor(lung$time * (lung$age %% 5) / 10)
rossi <- read.csv(file.path(sets, "rossi.csv"))
rossi$entry <- ifelse(rossi$age %% 3 == 0, pmin(rossi$week - 1, rossi$prio), 0)
aids <- read.delim(file.path(sets, "multicenter_aids_cohort.tsv"))
diabetes <- read.csv(file.path(sets, "interval_diabetes.csv"))
recur <- read.csv(file.path(sets, "recur.csv"))
gbsg2 <- read.csv(file.path(sets, "gbsg2.csv"))

# --- made data --------------------------------------------------------------------------------
set.seed(20261126)
n <- 240
made <- data.frame(arm = sample(c("medication", "integrative", "education"), n, TRUE),
                   site = sample(c("north", "south", "west"), n, TRUE), age = sample(25:80, n, TRUE))
rate <- exp(0.5 * (made$arm == "integrative") + 0.01 * (made$age - 50))
respond <- rexp(n, rate / 14); leave <- rexp(n, 1 / 30); seen <- runif(n, 6, 30)
made$week <- ceiling(pmin(respond, leave, seen))
made$end <- ifelse(respond <= pmin(leave, seen), "response", ifelse(leave <= seen, "withdrawal", "censored"))
keep(made, "made.csv")

days <- c(28, 56, 84, 182, 364)
arm <- rep(c("medication", "integrative"), c(90, 110))
t <- rweibull(200, 1.2, ifelse(arm == "integrative", 130, 220))
last <- sample(c(days, Inf, Inf, Inf), 200, TRUE)
bounds <- t(sapply(1:200, function(i) {
  attended <- days[runif(5) < 0.8 & days <= last[i]]
  c(max(0, attended[attended < t[i]]), min(attended[attended >= t[i]], Inf))
}))
visits <- data.frame(arm = arm, lower = bounds[, 1], upper = bounds[, 2], age = sample(25:80, 200, TRUE))
keep(transform(visits, upper = ifelse(is.infinite(upper), "inf", upper)), "visits.csv")

flares <- data.frame(arm = rep(c("medication", "integrative"), c(70, 60)), days = sample(40:364, 130, TRUE),
                     site = sample(c("north", "south"), 130, TRUE))
flares$flares <- rnbinom(130, size = 1.3, mu = flares$days / 364 * ifelse(flares$arm == "integrative", 2, 3.5))
keep(flares, "flares.csv")

# --- at risk, with ties and late entry --------------------------------------------------------
# At every time anybody leaves: with late entry survfit knows the counts there and not between.
at_risk <- function(s, group) lapply(split(seq_along(group), group), function(rows) {
  f <- survfit(s[rows] ~ 1); f <- summary(f, times = f$time)
  list(times = f$time, at_risk = f$n.risk, events = cumsum(f$n.event), censored = cumsum(f$n.censor))
})
curves <- function(s, group, times) lapply(split(seq_along(group), group), function(rows) {
  f <- summary(survfit(s[rows] ~ 1, conf.type = "log-log"), times = times)
  list(survival = f$surv, conf_low = f$lower, conf_high = f$upper)
})
counted <- list(
  lung = at_risk(Surv(lung$entry, lung$time, lung$status == 1), lung$sex),
  rossi = at_risk(Surv(rossi$entry, rossi$week, rossi$arrest), rossi$fin),
  aids = at_risk(Surv(aids$W, aids$T, aids$D), rep("all", nrow(aids))))
km <- list(
  lung = list(times = c(100, 310, 500, 800), arms = curves(Surv(lung$entry, lung$time, lung$status == 1), lung$sex, c(100, 310, 500, 800))),
  rossi = list(times = c(5, 20, 37, 52), arms = curves(Surv(rossi$entry, rossi$week, rossi$arrest), rossi$fin, c(5, 20, 37, 52))))

# --- log-rank ---------------------------------------------------------------------------------
chi <- function(...) survdiff(...)$chisq
log_rank <- list(
  lung_plain = chi(Surv(time, status) ~ sex, lung), lung_rho1 = chi(Surv(time, status) ~ sex, lung, rho = 1),
  lung_stratified = chi(Surv(time, status) ~ sex + strata(ph.ecog), lung),
  rossi_stratified_rho = chi(Surv(week, arrest) ~ fin + strata(wexp), rossi, rho = 0.5),
  gbsg2_grades = chi(Surv(time, cens) ~ tgrade, gbsg2),
  gbsg2_grade_3 = chi(Surv(time, cens) ~ tgrade, gbsg2[gbsg2$tgrade != "II", ]))

# --- restricted mean: difference and ratio by the formulas of survRM2 ---------------------------
rmean <- function(s, group, tau) lapply(split(seq_along(group), group), function(rows)
  unname(summary(survfit(s[rows] ~ 1), rmean = tau)$table[c("rmean", "se(rmean)")]))
contrast <- function(m, tau) {
  a <- m[[2]]; b <- m[[1]]; z <- qnorm(0.975)
  d <- a[1] - b[1]; sd <- sqrt(a[2]^2 + b[2]^2)
  l <- log(a[1] / b[1]); sl <- sqrt((a[2] / a[1])^2 + (b[2] / b[1])^2)
  list(tau = tau, means = m, difference = c(d, sd, d - z * sd, d + z * sd, 2 * pnorm(-abs(d / sd))),
       ratio = c(exp(l), sl, exp(l - z * sl), exp(l + z * sl), 2 * pnorm(-abs(l / sl))))
}
restricted <- list(
  lung = contrast(rmean(Surv(lung$time, lung$status), lung$sex, 500), 500),
  rossi = contrast(rmean(Surv(rossi$week, rossi$arrest), rossi$fin, 52), 52),
  rossi_late = contrast(rmean(Surv(rossi$entry, rossi$week, rossi$arrest), rossi$fin, 40), 40))

# --- Cox --------------------------------------------------------------------------------------
parts <- function(f) list(estimate = unname(coef(f)), std_error = unname(sqrt(diag(vcov(f)))))
zph <- function(f, g) { x <- cox.zph(f, transform = g)$table; list(statistic = unname(x[, 1]), df = unname(x[, 2]), p_value = unname(x[, 3])) }
rossi$parole <- factor(rossi$paro); rossi$class_id <- rossi$age %% 17
main <- coxph(Surv(week, arrest) ~ fin + age + prio, rossi, control = tight)
strat <- coxph(Surv(entry, week, arrest) ~ fin + age + prio + strata(wexp), rossi, control = tight)
levels3 <- coxph(Surv(time, cens) ~ tgrade + age + menostat, gbsg2, control = tight)
cox <- list(
  rossi = c(parts(main), list(zph = list(km = zph(main, "km"), identity = zph(main, "identity"), log = zph(main, "log"), rank = zph(main, "rank")))),
  rossi_robust = parts(coxph(Surv(week, arrest) ~ fin + age + prio, rossi, cluster = class_id, control = tight)),
  rossi_single = parts(coxph(Surv(week, arrest) ~ fin + age + prio, rossi, cluster = seq_len(432), control = tight)),
  rossi_late_stratified = c(parts(strat), list(zph = zph(strat, "km"))),
  rossi_late_stratified_robust = parts(coxph(Surv(entry, week, arrest) ~ fin + age + prio + strata(wexp), rossi, cluster = class_id, control = tight)),
  gbsg2_grades = c(parts(levels3), list(zph = zph(levels3, "km"))))

# --- competing risks --------------------------------------------------------------------------
code <- c(censored = 0, response = 1, withdrawal = 2)[made$end]
logit <- function(f, v) { z <- qnorm(0.975); p <- exp(z * sqrt(v) / (f * -log(f))); list(f^p, f^(1 / p)) }
weeks <- c(4, 8, 16, 24)
incidence <- lapply(split(seq_len(n), made$arm), function(rows) {
  f <- cuminc(made$week[rows], code[rows])
  lapply(c(response = "1 1", withdrawal = "1 2"), function(which) {
    p <- timepoints(f[which], weeks); lim <- logit(p$est[1, ], p$var[1, ])
    list(estimate = unname(p$est[1, ]), std_error = unname(sqrt(p$var[1, ])), conf_low = unname(lim[[1]]), conf_high = unname(lim[[2]]))
  })
})
gray <- function(keep, group, ...) unname(cuminc(made$week[keep], code[keep], group[keep], ...)$Tests[, 1])
two <- made$arm != "education"; three <- rep(TRUE, n)
gray_tests <- list(two = gray(two, made$arm), three = gray(three, made$arm),
  stratified_rho = gray(three, made$arm, strata = made$site, rho = 1))
X <- cbind(integrative = made$arm == "integrative", medication = made$arm == "medication", age = made$age) * 1
fg <- crr(made$week, code, X, gtol = 1e-13); fg2 <- crr(made$week, code, X, failcode = 2, gtol = 1e-13)
cause <- coxph(Surv(week, end == "response") ~ X, made, control = tight)
models <- list(fine_gray = list(estimate = unname(fg$coef), std_error = sqrt(diag(fg$var))),
  fine_gray_withdrawal = list(estimate = unname(fg2$coef), std_error = sqrt(diag(fg2$var))), cause_specific = parts(cause))

# --- interval-censored ------------------------------------------------------------------------
# Self-consistency on the innermost intervals of (l, r], iterated far beyond survfit's stop.
npmle <- function(l, r, steps) {
  exact <- l == r
  ends <- rbind(data.frame(v = l, k = ifelse(exact, 0, 2)), data.frame(v = r, k = 1))
  ends <- ends[order(ends$v, ends$k), ]
  i <- which(ends$k[-nrow(ends)] != 1 & ends$k[-1] == 1)
  q <- ends$v[i]; p <- ends$v[i + 1]; point <- ends$k[i] == 0
  u <- unique(cbind(l, r)); w <- as.numeric(table(factor(paste(l, r), paste(u[, 1], u[, 2]))))
  A <- outer(seq_len(nrow(u)), seq_along(q), function(a, b)
    ifelse(point[b], (u[a, 1] < p[b] | (u[a, 1] == u[a, 2] & u[a, 1] == p[b])) & p[b] <= u[a, 2], u[a, 1] <= q[b] & p[b] <= u[a, 2])) * 1
  m <- rep(1 / length(q), length(q))
  for (s in seq_len(steps)) m <- m * drop(crossprod(A, w / drop(A %*% m))) / sum(w)
  list(left = q, right = p, mass = m)
}
by <- function(f, at) sapply(at, function(d) sum(f$mass[f$right <= d]))
turnbull <- lapply(split(diabetes, diabetes$gender), function(d) {
  f <- npmle(d$left, d$right, 60000)
  at <- c(10, 15, 20, 25, 30)
  s <- survfit(Surv(left, right, type = "interval2") ~ 1, d)
  list(at = at, probability = by(f, at), survfit = 1 - summary(s, times = at)$surv)
})
# At scheduled visits: maximum likelihood in the discrete hazards, information by differences.
at_visits <- lapply(split(visits, visits$arm), function(d) {
  S <- function(h) c(1, cumprod(1 - plogis(h)), 0)
  grid <- c(0, days, Inf)
  fn <- function(h) { s <- S(h); -sum(log(s[match(d$lower, grid)] - s[match(d$upper, grid)])) }
  o <- list(par = rep(-1, 5))
  for (k in 1:20) o <- optim(o$par, fn, method = "BFGS", control = list(reltol = 1e-16, maxit = 1000))
  V <- solve(optimHess(o$par, fn, control = list(ndeps = rep(1e-4, 5))))
  J <- t(sapply(1:5, function(v) { h <- plogis(o$par); ifelse(1:5 <= v, prod(1 - h[1:v]) * h, 0) }))
  f <- 1 - cumprod(1 - plogis(o$par)); se <- sqrt(diag(J %*% V %*% t(J)))
  half <- qnorm(0.975) * se / ((1 - f) * -log(1 - f))
  list(probability = f, std_error = se, conf_low = 1 - (1 - f)^exp(-half), conf_high = 1 - (1 - f)^exp(half), at_maximum = max(abs(by(npmle(d$lower, d$upper, 60000), days) - f)))
})
family <- function(d, formula, terms) lapply(c(weibull = "weibull", lognormal = "lognormal", loglogistic = "loglogistic"), function(dist) {
  m <- survreg(formula, d, dist = dist, control = survreg.control(rel.tolerance = 1e-14, maxiter = 200))
  q <- if (dist == "weibull") log(log(2)) else 0
  beta <- m$coefficients; s <- m$scale; V <- m$var
  medians <- lapply(terms, function(x) { g <- c(x, q * s); lm <- sum(x * beta) + q * s; se <- sqrt(drop(g %*% V %*% g)); exp(lm + c(0, -1, 1) * qnorm(0.975) * se) })
  list(estimate = unname(c(beta, log(s))), std_error = unname(sqrt(diag(V))), log_likelihood = m$loglik[2], medians = medians)
})
visits$l <- ifelse(visits$lower == 0, NA, visits$lower); visits$r <- ifelse(is.infinite(visits$upper), NA, visits$upper)
visits$integrative <- (visits$arm == "integrative") * 1; visits$older <- visits$age - mean(visits$age)
# survreg cannot take a row that says nothing (NA, NA).
told <- visits[!(is.na(visits$l) & is.na(visits$r)), ]
diabetes$male <- (diabetes$gender == "male") * 1
diabetes$l <- ifelse(diabetes$left == 0, NA, diabetes$left)
parametric <- list(
  visits = family(told, Surv(l, r, type = "interval2") ~ integrative + older, list(medication = c(1, 0, 0), integrative = c(1, 1, 0))),
  diabetes = family(diabetes, Surv(l, right, type = "interval2") ~ male, list(female = c(1, 0), male = c(1, 1))))

# --- recurrent events -------------------------------------------------------------------------
flares$integrative <- (flares$arm == "integrative") * 1
nb <- glm.nb(flares ~ integrative + site + offset(log(days)), flares, control = glm.control(epsilon = 1e-14, maxit = 200))
negative_binomial <- list(estimate = unname(coef(nb)), std_error = unname(sqrt(diag(vcov(nb)))), dispersion = 1 / nb$theta)
ag <- coxph(Surv(TIME0, TIME1, CENSOR) ~ TREAT + AGE, recur, cluster = ID, control = tight)
andersen_gill <- parts(ag)

# --- landmark ---------------------------------------------------------------------------------
later <- rossi[rossi$week > 20, ]; later$week <- later$week - 20
landmark <- list(at = 20, rows = nrow(later), cox = parts(coxph(Surv(week, arrest) ~ fin, later, control = tight)), log_rank = chi(Surv(week, arrest) ~ fin, later))

write_json(list(provenance = list(kind = "computed", citation = "survfit, survdiff, coxph, cox.zph and survreg of R's survival, cuminc and crr of cmprsk, glm.nb of MASS; script survival.R",
    program = paste0(R.version.string, ", survival ", packageVersion("survival"), ", cmprsk ", packageVersion("cmprsk"), ", MASS ", packageVersion("MASS")),
    script = "survival.R", checked_by = "outcomes developers, script run and compared, 2026-11-26",
    tolerance = "estimates 1e-6, intervals and standard errors 1e-4 relative",
    tolerance_reason = "both sides iterate until nothing changes; the standard errors at visits come from second differences",
    note = "public data sets are those lifelines installs; late entry in lung and rossi is derived in the script and in the test"),
  at_risk = counted, kaplan_meier = km, log_rank = log_rank, restricted_mean = restricted, cox = cox,
  cumulative_incidence = list(weeks = weeks, arms = incidence), gray = gray_tests, competing_models = models,
  turnbull = turnbull, visits = list(days = days, arms = at_visits), parametric = parametric,
  negative_binomial = negative_binomial, andersen_gill = andersen_gill, landmark = landmark),
  file.path(out, "survival.json"), auto_unbox = TRUE, digits = NA)
