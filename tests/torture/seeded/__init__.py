"""Faults that a check must catch: stand-ins for components, each with one defect."""
