"""stub"""

from gatekeeper.screening.facts.many import of_each
from gatekeeper.territory import place_of


def places(numbers):
    return of_each(place_of(n) for n in numbers.tolist())
