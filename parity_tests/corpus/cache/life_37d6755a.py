# ruff: noqa: B015, B018, F821, INP001
# mypy: ignore-errors
clock = Clock(1000.0)
cache = Cache(capacity=200, ttl=150.0, clock=clock)
clock.advance(1.0)
'and' in cache
clock.advance(1.0)
cache.set('and', (243, 'and'), ttl=...)
clock.advance(1.0)
'herb' in cache
clock.advance(1.0)
cache.set('herb', (244, 'herb'), ttl=...)
clock.advance(1.0)
'yield' in cache
clock.advance(1.0)
cache.set('yield', (245, 'yielding'), ttl=...)
clock.advance(1.0)
'se' in cache
clock.advance(1.0)
cache.set('se', (246, 'seed'), ttl=...)
clock.advance(1.0)
'after' in cache
clock.advance(1.0)
cache.set('after', (247, 'after'), ttl=...)
clock.advance(1.0)
'hi' in cache
clock.advance(1.0)
cache.set('hi', (248, 'his'), ttl=...)
clock.advance(1.0)
'kind' in cache
clock.advance(1.0)
cache.set('kind', (249, 'kind'), ttl=...)
clock.advance(1.0)
'and' in cache
clock.advance(1.0)
cache.set('and', (250, 'and'), ttl=...)
clock.advance(1.0)
'the' in cache
clock.advance(1.0)
cache.set('the', (251, 'the'), ttl=...)
clock.advance(1.0)
'tree' in cache
clock.advance(1.0)
cache.set('tree', (252, 'tree'), ttl=...)
clock.advance(1.0)
'yield' in cache
clock.advance(1.0)
cache.set('yield', (253, 'yielding'), ttl=...)
clock.advance(1.0)
'fruit' in cache
clock.advance(1.0)
cache.set('fruit', (254, 'fruit'), ttl=...)
clock.advance(1.0)
'whose' in cache
clock.advance(1.0)
cache.set('whose', (255, 'whose'), ttl=...)
clock.advance(1.0)
'se' in cache
clock.advance(1.0)
cache.set('se', (256, 'seed'), ttl=...)
clock.advance(1.0)
'wa' in cache
clock.advance(1.0)
cache.set('wa', (257, 'was'), ttl=...)
clock.advance(1.0)
'in' in cache
clock.advance(1.0)
cache.set('in', (258, 'in'), ttl=...)
clock.advance(1.0)
'itself' in cache
clock.advance(1.0)
cache.set('itself', (259, 'itself'), ttl=...)
clock.advance(1.0)
'after' in cache
clock.advance(1.0)
cache.set('after', (260, 'after'), ttl=...)
clock.advance(1.0)
'hi' in cache
clock.advance(1.0)
cache.set('hi', (261, 'his'), ttl=...)
clock.advance(1.0)
'kind' in cache
clock.advance(1.0)
cache.set('kind', (262, 'kind'), ttl=...)
clock.advance(1.0)
'and' in cache
clock.advance(1.0)
cache.set('and', (263, 'and'), ttl=...)
clock.advance(1.0)
'god' in cache
clock.advance(1.0)
cache.set('god', (264, 'god'), ttl=None)
clock.advance(1.0)
'saw' in cache
clock.advance(1.0)
cache.set('saw', (265, 'saw'), ttl=...)
clock.advance(1.0)
'that' in cache
clock.advance(1.0)
cache.set('that', (266, 'that'), ttl=...)
clock.advance(1.0)
'it' in cache
clock.advance(1.0)
cache.set('it', (267, 'it'), ttl=...)
clock.advance(1.0)
'wa' in cache
clock.advance(1.0)
cache.set('wa', (268, 'was'), ttl=...)
clock.advance(1.0)
'good' in cache
clock.advance(1.0)
cache.set('good', (269, 'good'), ttl=...)
clock.advance(1.0)
'and' in cache
clock.advance(1.0)
cache.set('and', (270, 'and'), ttl=...)
clock.advance(1.0)
'the' in cache
clock.advance(1.0)
cache.set('the', (271, 'the'), ttl=...)
clock.advance(1.0)
'even' in cache
clock.advance(1.0)
cache.set('even', (272, 'evening'), ttl=...)
clock.advance(1.0)
'and' in cache
clock.advance(1.0)
cache.set('and', (273, 'and'), ttl=...)
clock.advance(1.0)
'the' in cache
clock.advance(1.0)
cache.set('the', (274, 'the'), ttl=...)
clock.advance(1.0)
'morn' in cache
clock.advance(1.0)
cache.set('morn', (275, 'morning'), ttl=...)
clock.advance(1.0)
'were' in cache
clock.advance(1.0)
cache.set('were', (276, 'were'), ttl=...)
clock.advance(1.0)
'the' in cache
clock.advance(1.0)
cache.set('the', (277, 'the'), ttl=...)
clock.advance(1.0)
'third' in cache
clock.advance(1.0)
cache.set('third', (278, 'third'), ttl=...)
clock.advance(1.0)
'day' in cache
clock.advance(1.0)
cache.set('day', (279, 'day'), ttl=...)
clock.advance(1.0)
'and' in cache
clock.advance(1.0)
cache.set('and', (280, 'and'), ttl=...)
clock.advance(1.0)
'god' in cache
clock.advance(1.0)
cache.set('god', (281, 'god'), ttl=None)
clock.advance(1.0)
'said' in cache
clock.advance(1.0)
cache.set('said', (282, 'said'), ttl=...)
clock.advance(1.0)
'let' in cache
clock.advance(1.0)
cache.set('let', (283, 'let'), ttl=...)
clock.advance(1.0)
'there' in cache
clock.advance(1.0)
cache.set('there', (284, 'there'), ttl=...)
clock.advance(1.0)
'be' in cache
clock.advance(1.0)
cache.set('be', (285, 'be'), ttl=...)
clock.advance(1.0)
'light' in cache
clock.advance(1.0)
cache.set('light', (286, 'lights'), ttl=...)
clock.advance(1.0)
'in' in cache
clock.advance(1.0)
cache.set('in', (287, 'in'), ttl=...)
clock.advance(1.0)
'the' in cache
clock.advance(1.0)
cache.set('the', (288, 'the'), ttl=...)
clock.advance(1.0)
'firmament' in cache
clock.advance(1.0)
cache.set('firmament', (289, 'firmament'), ttl=...)
clock.advance(1.0)
'of' in cache
clock.advance(1.0)
cache.set('of', (290, 'of'), ttl=...)
clock.advance(1.0)
'the' in cache
clock.advance(1.0)
cache.set('the', (291, 'the'), ttl=...)
clock.advance(1.0)
'heaven' in cache
