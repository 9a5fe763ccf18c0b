# ruff: noqa: B015, B018, F821, INP001
# mypy: ignore-errors
clock = Clock(1000.0)
cache = Cache(capacity=200, ttl=150.0, clock=clock)
clock.advance(1.0)
cache.set('of', (678, 'of'), ttl=...)
clock.advance(1.0)
'the' in cache
clock.advance(1.0)
cache.set('the', (679, 'the'), ttl=...)
clock.advance(1.0)
'air' in cache
clock.advance(1.0)
cache.set('air', (680, 'air'), ttl=...)
clock.advance(1.0)
'and' in cache
clock.advance(1.0)
cache.set('and', (681, 'and'), ttl=...)
clock.advance(1.0)
'over' in cache
clock.advance(1.0)
cache.set('over', (682, 'over'), ttl=...)
clock.advance(1.0)
'every' in cache
clock.advance(1.0)
cache.set('every', (683, 'every'), ttl=...)
clock.advance(1.0)
'liv' in cache
clock.advance(1.0)
cache.set('liv', (684, 'living'), ttl=...)
clock.advance(1.0)
'th' in cache
clock.advance(1.0)
cache.set('th', (685, 'thing'), ttl=...)
clock.advance(1.0)
'that' in cache
clock.advance(1.0)
cache.set('that', (686, 'that'), ttl=...)
clock.advance(1.0)
'mov' in cache
clock.advance(1.0)
cache.set('mov', (687, 'moveth'), ttl=...)
clock.advance(1.0)
'upon' in cache
clock.advance(1.0)
cache.set('upon', (688, 'upon'), ttl=...)
clock.advance(1.0)
'the' in cache
clock.advance(1.0)
cache.set('the', (689, 'the'), ttl=...)
clock.advance(1.0)
'earth' in cache
clock.advance(1.0)
cache.set('earth', (690, 'earth'), ttl=...)
clock.advance(1.0)
'and' in cache
clock.advance(1.0)
cache.set('and', (691, 'and'), ttl=...)
clock.advance(1.0)
'god' in cache
clock.advance(1.0)
cache.set('god', (692, 'god'), ttl=None)
clock.advance(1.0)
'said' in cache
clock.advance(1.0)
cache.set('said', (693, 'said'), ttl=...)
clock.advance(1.0)
'behold' in cache
clock.advance(1.0)
cache.set('behold', (694, 'behold'), ttl=...)
clock.advance(1.0)
'i' in cache
clock.advance(1.0)
cache.set('i', (695, 'i'), ttl=...)
clock.advance(1.0)
'have' in cache
clock.advance(1.0)
cache.set('have', (696, 'have'), ttl=...)
clock.advance(1.0)
'given' in cache
clock.advance(1.0)
cache.set('given', (697, 'given'), ttl=...)
clock.advance(1.0)
'you' in cache
clock.advance(1.0)
cache.set('you', (698, 'you'), ttl=...)
clock.advance(1.0)
'every' in cache
clock.advance(1.0)
cache.set('every', (699, 'every'), ttl=...)
clock.advance(1.0)
cache.get_many(['god', 'earth', 'water', 'light'], default=(0, ''))
clock.advance(1.0)
len(cache)
clock.advance(1.0)
cache.stats()
clock.advance(1.0)
iter(cache)
clock.advance(1.0)
cache.delete_many({'said', 'unto'})
clock.advance(1.0)
'herb' in cache
clock.advance(1.0)
cache.set('herb', (700, 'herb'), ttl=...)
clock.advance(1.0)
'bear' in cache
clock.advance(1.0)
cache.set('bear', (701, 'bearing'), ttl=...)
clock.advance(1.0)
'se' in cache
clock.advance(1.0)
cache.set('se', (702, 'seed'), ttl=...)
clock.advance(1.0)
'which' in cache
clock.advance(1.0)
cache.set('which', (703, 'which'), ttl=...)
clock.advance(1.0)
'i' in cache
clock.advance(1.0)
cache.set('i', (704, 'is'), ttl=...)
clock.advance(1.0)
'upon' in cache
clock.advance(1.0)
cache.set('upon', (705, 'upon'), ttl=...)
clock.advance(1.0)
'the' in cache
clock.advance(1.0)
cache.set('the', (706, 'the'), ttl=...)
clock.advance(1.0)
'face' in cache
clock.advance(1.0)
cache.set('face', (707, 'face'), ttl=...)
clock.advance(1.0)
'of' in cache
clock.advance(1.0)
cache.set('of', (708, 'of'), ttl=...)
clock.advance(1.0)
'all' in cache
clock.advance(1.0)
cache.set('all', (709, 'all'), ttl=...)
clock.advance(1.0)
'the' in cache
clock.advance(1.0)
cache.set('the', (710, 'the'), ttl=...)
clock.advance(1.0)
'earth' in cache
clock.advance(1.0)
cache.set('earth', (711, 'earth'), ttl=...)
clock.advance(1.0)
'and' in cache
clock.advance(1.0)
cache.set('and', (712, 'and'), ttl=...)
clock.advance(1.0)
'every' in cache
clock.advance(1.0)
cache.set('every', (713, 'every'), ttl=...)
clock.advance(1.0)
'tree' in cache
clock.advance(1.0)
cache.set('tree', (714, 'tree'), ttl=...)
clock.advance(1.0)
'in' in cache
clock.advance(1.0)
cache.set('in', (715, 'in'), ttl=...)
clock.advance(1.0)
'the' in cache
clock.advance(1.0)
cache.set('the', (716, 'the'), ttl=...)
clock.advance(1.0)
'which' in cache
clock.advance(1.0)
cache.set('which', (717, 'which'), ttl=...)
clock.advance(1.0)
'i' in cache
clock.advance(1.0)
cache.set('i', (718, 'is'), ttl=...)
clock.advance(1.0)
'the' in cache
clock.advance(1.0)
cache.set('the', (719, 'the'), ttl=...)
clock.advance(1.0)
'fruit' in cache
clock.advance(1.0)
cache.set('fruit', (720, 'fruit'), ttl=...)
clock.advance(1.0)
'of' in cache
clock.advance(1.0)
cache.set('of', (721, 'of'), ttl=...)
clock.advance(1.0)
'a' in cache
clock.advance(1.0)
cache.set('a', (722, 'a'), ttl=...)
clock.advance(1.0)
'tree' in cache
clock.advance(1.0)
cache.set('tree', (723, 'tree'), ttl=...)
clock.advance(1.0)
'yield' in cache
clock.advance(1.0)
cache.set('yield', (724, 'yielding'), ttl=...)
clock.advance(1.0)
'se' in cache
