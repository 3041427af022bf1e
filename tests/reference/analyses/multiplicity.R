# Reference values of graphical procedures and of Hommel's.
# Run: Rscript multiplicity.R   (R 4.2.2, graphicalMCP 0.2.8)
suppressMessages(library(graphicalMCP))
show <- function(name, weights, transitions, p, alpha) {
  r <- graph_test_shortcut(graph_create(weights, transitions), p = p, alpha = alpha)
  cat(name, ":", format(r$outputs$adjusted_p, digits = 15), "|", r$outputs$rejected, "\n")
}
show("two_doses", c(.5, .5, 0, 0),
     rbind(c(0, .5, .5, 0), c(.5, 0, 0, .5), c(0, 1, 0, 0), c(1, 0, 0, 0)),
     c(.018, .01, .105, .006), .025)
show("bretz_2011", c(1, 1, 1, 0, 0, 0) / 3,
     rbind(c(0, .5, 0, .5, 0, 0), c(1 / 3, 0, 1 / 3, 0, 1 / 3, 0), c(0, .5, 0, 0, 0, .5),
           c(0, 1, 0, 0, 0, 0), c(.5, 0, .5, 0, 0, 0), c(0, 1, 0, 0, 0, 0)),
     c(0.1, 0.008, 0.005, 0.15, 0.04, 0.006), .05)
loop <- matrix(0, 6, 6); loop[cbind(1:6, c(3, 4, 5, 6, 2, 1))] <- 1
show("bretz_2009", c(.5, .5, 0, 0, 0, 0), loop, c(.011, .02, .02, .001, .03, .004), .05)
show("huque_2011", c(1, 0, 0, 0),
     rbind(c(0, .5, .5, 0), c(0, 0, 0, 1), c(0, .5, 0, .5), c(0, 1, 0, 0)),
     c(.02, .03, .01, .04), .05)
show("maurer_1995", c(1, 0, 0, 0, 0),
     rbind(c(0, 1, 0, 0, 0), c(0, 0, 1, 0, 0), c(0, 0, 0, .5, .5), rep(0, 5), rep(0, 5)),
     c(.001, .012, .02, .024, .03), .05)
p <- c(0.01, 0.02, 0.022, 0.09, 0.04)
for (method in c("holm", "hochberg", "hommel", "bonferroni"))
  cat(method, ":", format(p.adjust(p, method), digits = 15), "\n")
