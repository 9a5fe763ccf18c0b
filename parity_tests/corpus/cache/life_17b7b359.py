# ruff: noqa: B015, B018, F821, INP001
# mypy: ignore-errors
clock = Clock(1000.0)
cache = Cache(capacity=200, ttl=150.0, clock=clock)
'in' in cache
cache.set('in', (0, 'in'), ttl=...)
clock.advance(1.0)
'the' in cache
clock.advance(1.0)
cache.set('the', (1, 'the'), ttl=...)
clock.advance(1.0)
'beginn' in cache
clock.advance(1.0)
cache.set('beginn', (2, 'beginning'), ttl=...)
clock.advance(1.0)
'god' in cache
clock.advance(1.0)
cache.set('god', (3, 'god'), ttl=None)
clock.advance(1.0)
'creat' in cache
clock.advance(1.0)
cache.set('creat', (4, 'created'), ttl=...)
clock.advance(1.0)
'the' in cache
clock.advance(1.0)
cache.set('the', (5, 'the'), ttl=...)
clock.advance(1.0)
'heaven' in cache
clock.advance(1.0)
cache.set('heaven', (6, 'heaven'), ttl=...)
clock.advance(1.0)
'and' in cache
clock.advance(1.0)
cache.set('and', (7, 'and'), ttl=...)
clock.advance(1.0)
'the' in cache
clock.advance(1.0)
cache.set('the', (8, 'the'), ttl=...)
clock.advance(1.0)
'earth' in cache
clock.advance(1.0)
cache.set('earth', (9, 'earth'), ttl=...)
clock.advance(1.0)
'and' in cache
clock.advance(1.0)
cache.set('and', (10, 'and'), ttl=...)
clock.advance(1.0)
'the' in cache
clock.advance(1.0)
cache.set('the', (11, 'the'), ttl=...)
clock.advance(1.0)
'earth' in cache
clock.advance(1.0)
cache.set('earth', (12, 'earth'), ttl=...)
clock.advance(1.0)
'wa' in cache
clock.advance(1.0)
cache.set('wa', (13, 'was'), ttl=...)
clock.advance(1.0)
'without' in cache
clock.advance(1.0)
cache.set('without', (14, 'without'), ttl=...)
clock.advance(1.0)
'form' in cache
clock.advance(1.0)
cache.set('form', (15, 'form'), ttl=...)
clock.advance(1.0)
'and' in cache
clock.advance(1.0)
cache.set('and', (16, 'and'), ttl=...)
clock.advance(1.0)
'void' in cache
clock.advance(1.0)
cache.set('void', (17, 'void'), ttl=...)
clock.advance(1.0)
'and' in cache
clock.advance(1.0)
cache.set('and', (18, 'and'), ttl=...)
clock.advance(1.0)
'darknes' in cache
clock.advance(1.0)
cache.set('darknes', (19, 'darkness'), ttl=...)
clock.advance(1.0)
'wa' in cache
clock.advance(1.0)
cache.set('wa', (20, 'was'), ttl=...)
clock.advance(1.0)
'upon' in cache
clock.advance(1.0)
cache.set('upon', (21, 'upon'), ttl=...)
clock.advance(1.0)
'the' in cache
clock.advance(1.0)
cache.set('the', (22, 'the'), ttl=...)
clock.advance(1.0)
'face' in cache
clock.advance(1.0)
cache.set('face', (23, 'face'), ttl=...)
clock.advance(1.0)
'of' in cache
clock.advance(1.0)
cache.set('of', (24, 'of'), ttl=...)
clock.advance(1.0)
'the' in cache
clock.advance(1.0)
cache.set('the', (25, 'the'), ttl=...)
clock.advance(1.0)
'deep' in cache
clock.advance(1.0)
cache.set('deep', (26, 'deep'), ttl=...)
clock.advance(1.0)
'and' in cache
clock.advance(1.0)
cache.set('and', (27, 'and'), ttl=...)
clock.advance(1.0)
'the' in cache
clock.advance(1.0)
cache.set('the', (28, 'the'), ttl=...)
clock.advance(1.0)
'spirit' in cache
clock.advance(1.0)
cache.set('spirit', (29, 'spirit'), ttl=...)
clock.advance(1.0)
'of' in cache
clock.advance(1.0)
cache.set('of', (30, 'of'), ttl=...)
clock.advance(1.0)
'god' in cache
clock.advance(1.0)
cache.set('god', (31, 'god'), ttl=None)
clock.advance(1.0)
'mov' in cache
clock.advance(1.0)
cache.set('mov', (32, 'moved'), ttl=...)
clock.advance(1.0)
'upon' in cache
clock.advance(1.0)
cache.set('upon', (33, 'upon'), ttl=...)
clock.advance(1.0)
'the' in cache
clock.advance(1.0)
cache.set('the', (34, 'the'), ttl=...)
clock.advance(1.0)
'face' in cache
clock.advance(1.0)
cache.set('face', (35, 'face'), ttl=...)
clock.advance(1.0)
'of' in cache
clock.advance(1.0)
cache.set('of', (36, 'of'), ttl=...)
clock.advance(1.0)
'the' in cache
clock.advance(1.0)
cache.set('the', (37, 'the'), ttl=...)
clock.advance(1.0)
'water' in cache
clock.advance(1.0)
cache.set('water', (38, 'waters'), ttl=...)
clock.advance(1.0)
'and' in cache
clock.advance(1.0)
cache.set('and', (39, 'and'), ttl=...)
clock.advance(1.0)
'god' in cache
clock.advance(1.0)
cache.set('god', (40, 'god'), ttl=None)
clock.advance(1.0)
'said' in cache
clock.advance(1.0)
cache.set('said', (41, 'said'), ttl=...)
clock.advance(1.0)
'let' in cache
clock.advance(1.0)
cache.set('let', (42, 'let'), ttl=...)
clock.advance(1.0)
'there' in cache
clock.advance(1.0)
cache.set('there', (43, 'there'), ttl=...)
clock.advance(1.0)
'be' in cache
clock.advance(1.0)
cache.set('be', (44, 'be'), ttl=...)
clock.advance(1.0)
'light' in cache
clock.advance(1.0)
cache.set('light', (45, 'light'), ttl=...)
clock.advance(1.0)
'and' in cache
clock.advance(1.0)
cache.set('and', (46, 'and'), ttl=...)
clock.advance(1.0)
'there' in cache
clock.advance(1.0)
cache.set('there', (47, 'there'), ttl=...)
clock.advance(1.0)
'wa' in cache
clock.advance(1.0)
cache.set('wa', (48, 'was'), ttl=...)
clock.advance(1.0)
'light' in cache
clock.advance(1.0)
cache.set('light', (49, 'light'), ttl=...)
