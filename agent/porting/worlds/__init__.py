"""Worlds: the surroundings that operations with effects run in during a check."""

from agent.porting.worlds.driven import DrivenWorld
from agent.porting.worlds.world import World, step

__all__ = ["DrivenWorld", "World", "step"]
