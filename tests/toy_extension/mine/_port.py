"""Which side runs."""

from agent.porting.registry.registry import Registry

registry = Registry.of_package("mine", environment="MINE_IMPL")
