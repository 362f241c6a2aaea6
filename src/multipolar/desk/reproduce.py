"""How to have the numbers of a page without it: on the command line, in Python, as a file."""

from multipolar.desk.answers import Reproduce
from multipolar.measures.scenario import Scenario
from multipolar.world.world import World

FILE = "scenario.yaml"


def reproduce(scenario: Scenario, world: World) -> Reproduce:
    """Command, Python and YAML that lead to the same outcome."""
    return Reproduce(
        command=f"multipolar solve {FILE} --world {world.name} --json",
        python=f'import multipolar as mp\n\nworld = mp.load_world("{world.name}")\n'
               f'scenario = mp.load_scenario("{FILE}")\noutcome = mp.solve(world, scenario)\n'
               f"print(outcome.to_frame())\n",
        yaml=scenario.to_yaml())
