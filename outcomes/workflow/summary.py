"""A study in a few lines, for ``outcomes check``."""

from __future__ import annotations

from outcomes.trial.trial import Trial


def summary(trial: Trial) -> str:
    """Say what a trial holds: arms, visits, data, scores and what is planned."""
    study, design = trial.study, trial.design
    arms = trial.subjects["arm"].value_counts()
    visits = ", ".join(f"{visit.label} (day {visit.day})" for visit in design.visits)
    collected = [*study.instruments, *(measure.name for measure in study.measures)]
    collected += [study.diary.name] if study.diary else []
    scored = int(trial.scores["score"].notna().sum())
    lines = {
        "trial": f"{study.about.id}: {study.about.title}",
        "status": f"{study.about.status}{', SYNTHETIC DATA' if study.about.synthetic else ''}",
        "arms": ", ".join(f"{arm.label} {arms.get(arm.id, 0)}" for arm in design.arms),
        "visits": visits,
        "scores": f"{scored} of {len(trial.scores)} observed, from {', '.join(collected)}",
        "set aside": f"{len(trial.set_aside)} records outside their visit window",
        "analyses": ", ".join(f"{each.id} ({each.role})" for each in study.analyses) or "none",
        "reports": f"{len(study.reports)} entries",
    }
    files = [f"  {s.role:11} {s.name}: {s.rows} rows" for s in trial.sources]
    return "\n".join([*(f"{name:10} {text}" for name, text in lines.items()), "files", *files])
