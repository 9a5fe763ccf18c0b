# ruff: noqa: B015, B018, F821, INP001
# mypy: ignore-errors
clock = Clock(1000.0)
cache = Cache(capacity=100, max_weight=900, weigher=Spy('weigher', 61, 61, 62, 62, 53, 53, 55, 55, 52, 52, 64, 64, 60, 60, 54, 54, 58, 58, 16, 65, 65, 70, 70, 63, 63, 59, 59, 66, 66, 51, 51, 63, 63, 54, 54, 16, 63, 63, 62, 62, 52, 52, 65, 65, 63, 63, 56, 56, 54, 54), on_delete=Spy('on_delete', None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None), clock=clock)
cache[0] = 'in the beginning god created the heaven and the earth and the'
cache.add(-5, 'in the beginning god created the heaven and the earth and the')
cache[1] = 'earth was without form and void and darkness was upon the face'
cache.add(-4, 'earth was without form and void and darkness was upon the face')
cache[2] = 'of the deep and the spirit of god moved upon the face'
cache.add(-3, 'of the deep and the spirit of god moved upon the face')
cache[3] = 'of the waters and god said let there be light and there'
cache.add(-2, 'of the waters and god said let there be light and there')
cache[4] = 'was light and god saw the light that it was good and'
cache.add(-1, 'was light and god saw the light that it was good and')
cache[5] = 'god divided the light from the darkness and god called the light'
cache.add(0, 'god divided the light from the darkness and god called the light')
cache.pop(-2, '')
cache[6] = 'day and the darkness he called night and the evening and the'
cache.add(1, 'day and the darkness he called night and the evening and the')
cache.pop(-1, '')
cache[7] = 'morning were the first day and god said let there be a'
cache.add(2, 'morning were the first day and god said let there be a')
cache.pop(0, '')
cache[8] = 'firmament in the midst of the waters and let it divide the'
cache.add(3, 'firmament in the midst of the waters and let it divide the')
cache.pop(1, '')
cache.setdefault(0, 'in the beginning')
cache.weight
clock.advance(0.024)
cache[9] = 'waters from the waters and god made the firmament and divided the'
cache.add(4, 'waters from the waters and god made the firmament and divided the')
cache.pop(2, '')
cache[10] = 'waters which were under the firmament from the waters which were above'
cache.add(5, 'waters which were under the firmament from the waters which were above')
cache.pop(3, '')
cache[11] = 'the firmament and it was so and god called the firmament heaven'
cache.add(6, 'the firmament and it was so and god called the firmament heaven')
cache.pop(4, '')
cache[12] = 'and the evening and the morning were the second day and god'
cache.add(7, 'and the evening and the morning were the second day and god')
cache.pop(5, '')
cache[13] = 'said let the waters under the heaven be gathered together unto one'
cache.add(8, 'said let the waters under the heaven be gathered together unto one')
cache.pop(6, '')
cache[14] = 'place and let the dry land appear and it was so and'
cache.add(9, 'place and let the dry land appear and it was so and')
cache.pop(7, '')
cache[15] = 'god called the dry land earth and the gathering together of the'
cache.add(10, 'god called the dry land earth and the gathering together of the')
cache.pop(8, '')
cache[16] = 'waters called he seas and god saw that it was good and'
cache.add(11, 'waters called he seas and god saw that it was good and')
cache.pop(9, '')
clock.advance(0.01)
cache.setdefault(0, 'in the beginning')
cache.weight
cache[17] = 'god said let the earth bring forth grass the herb yielding seed'
cache.add(12, 'god said let the earth bring forth grass the herb yielding seed')
cache.pop(10, '')
cache[18] = 'and the fruit tree yielding fruit after his kind whose seed is'
cache.add(13, 'and the fruit tree yielding fruit after his kind whose seed is')
cache.pop(11, '')
cache[19] = 'in itself upon the earth and it was so and the earth'
cache.add(14, 'in itself upon the earth and it was so and the earth')
cache.pop(12, '')
cache[20] = 'brought forth grass and herb yielding seed after his kind and the'
cache.add(15, 'brought forth grass and herb yielding seed after his kind and the')
cache.pop(13, '')
cache[21] = 'tree yielding fruit whose seed was in itself after his kind and'
cache.add(16, 'tree yielding fruit whose seed was in itself after his kind and')
cache.pop(14, '')
cache[22] = 'god saw that it was good and the evening and the morning'
cache.add(17, 'god saw that it was good and the evening and the morning')
cache.pop(15, '')
cache[23] = 'were the third day and god said let there be lights in'
cache.add(18, 'were the third day and god said let there be lights in')
cache.pop(16, '')
clock.advance(0.011)
cache[24] = 'the firmament of the heaven to divide the day from the night'
cache.add(19, 'the firmament of the heaven to divide the day from the night')
cache.pop(17, '')
cache.setdefault(0, 'in the beginning')
cache.weight
cache[25] = 'and let them be for signs and for seasons and for days'
cache.add(20, 'and let them be for signs and for seasons and for days')
cache.pop(18, '')
cache[26] = 'and years and let them be for lights in the firmament of'
cache.add(21, 'and years and let them be for lights in the firmament of')
cache.pop(19, '')
cache[27] = 'the heaven to give light upon the earth and it was so'
cache.add(22, 'the heaven to give light upon the earth and it was so')
cache.pop(20, '')
cache[28] = 'and god made two great lights the greater light to rule the'
cache.add(23, 'and god made two great lights the greater light to rule the')
cache.pop(21, '')
cache[29] = 'day and the lesser light to rule the night he made the'
cache.add(24, 'day and the lesser light to rule the night he made the')
cache.pop(22, '')
clock.advance(0.011)
cache[30] = 'stars also and god set them in the firmament of the heaven'
cache.add(25, 'stars also and god set them in the firmament of the heaven')
cache.pop(23, '')
cache[31] = 'to give light upon the earth and to rule over the day'
cache.add(26, 'to give light upon the earth and to rule over the day')
cache.pop(24, '')
cache[32] = 'and over the night and to divide the light from the darkness'
cache.add(27, 'and over the night and to divide the light from the darkness')
cache.pop(25, '')
cache[33] = 'and god saw that it was good and the evening and the'
cache.add(28, 'and god saw that it was good and the evening and the')
cache.pop(26, '')
cache.setdefault(0, 'in the beginning')
cache.weight
cache[34] = 'morning were the fourth day and god said let the waters bring'
cache.add(29, 'morning were the fourth day and god said let the waters bring')
cache.pop(27, '')
cache[35] = 'forth abundantly the moving creature that hath life and fowl that may'
cache.add(30, 'forth abundantly the moving creature that hath life and fowl that may')
cache.pop(28, '')
cache[36] = 'fly above the earth in the open firmament of heaven and god'
cache.add(31, 'fly above the earth in the open firmament of heaven and god')
cache.pop(29, '')
cache[37] = 'created great whales and every living creature that moveth which the waters'
cache.add(32, 'created great whales and every living creature that moveth which the waters')
cache.pop(30, '')
cache[38] = 'brought forth abundantly after their kind and every winged fowl after his'
cache.add(33, 'brought forth abundantly after their kind and every winged fowl after his')
cache.pop(31, '')
cache[39] = 'kind and god saw that it was good and god blessed them'
cache.add(34, 'kind and god saw that it was good and god blessed them')
cache.pop(32, '')
cache[40] = 'saying be fruitful and multiply and fill the waters in the seas'
cache.add(35, 'saying be fruitful and multiply and fill the waters in the seas')
cache.pop(33, '')
cache[41] = 'and let fowl multiply in the earth and the evening and the'
cache.add(36, 'and let fowl multiply in the earth and the evening and the')
cache.pop(34, '')
cache.setdefault(0, 'in the beginning')
cache.weight
clock.advance(0.01)
cache[42] = 'morning were the fifth day and god said let the earth bring'
cache.add(37, 'morning were the fifth day and god said let the earth bring')
cache.pop(35, '')
cache[43] = 'forth the living creature after his kind cattle and creeping thing and'
cache.add(38, 'forth the living creature after his kind cattle and creeping thing and')
cache.pop(36, '')
cache[44] = 'beast of the earth after his kind and it was so and'
cache.add(39, 'beast of the earth after his kind and it was so and')
cache.pop(37, '')
cache[45] = 'god made the beast of the earth after his kind and cattle'
cache.add(40, 'god made the beast of the earth after his kind and cattle')
cache.pop(38, '')
cache[46] = 'after their kind and every thing that creepeth upon the earth after'
cache.add(41, 'after their kind and every thing that creepeth upon the earth after')
cache.pop(39, '')
cache[47] = 'his kind and god saw that it was good and god said'
cache.add(42, 'his kind and god saw that it was good and god said')
cache.pop(40, '')
cache[48] = 'let us make man in our image after our likeness and let'
cache.add(43, 'let us make man in our image after our likeness and let')
cache.pop(41, '')
cache[49] = 'them have dominion over the fish of the sea and over the'
cache.add(44, 'them have dominion over the fish of the sea and over the')
cache.pop(42, '')
cache.setdefault(0, 'in the beginning')
cache.weight
cache[50] = 'fowl of the air and over the cattle and over all the'
cache.add(45, 'fowl of the air and over the cattle and over all the')
cache.pop(43, '')
cache[51] = 'earth and over every creeping thing that creepeth upon the earth so'
cache.add(46, 'earth and over every creeping thing that creepeth upon the earth so')
cache.pop(44, '')
cache[52] = 'god created man in his own image in the image of god'
cache.add(47, 'god created man in his own image in the image of god')
cache.pop(45, '')
cache[53] = 'created he him male and female created he them and god blessed'
cache.add(48, 'created he him male and female created he them and god blessed')
cache.pop(46, '')
clock.advance(0.011)
cache[54] = 'them and god said unto them be fruitful and multiply and replenish'
cache.add(49, 'them and god said unto them be fruitful and multiply and replenish')
cache.pop(47, '')
cache[55] = 'the earth and subdue it and have dominion over the fish of'
cache.add(50, 'the earth and subdue it and have dominion over the fish of')
cache.pop(48, '')
cache[56] = 'the sea and over the fowl of the air and over every'
cache.add(51, 'the sea and over the fowl of the air and over every')
cache.pop(49, '')
cache[57] = 'living thing that moveth upon the earth and god said behold i'
cache.add(52, 'living thing that moveth upon the earth and god said behold i')
cache.pop(50, '')
cache[58] = 'have given you every herb bearing seed which is upon the face'
cache.add(53, 'have given you every herb bearing seed which is upon the face')
cache.pop(51, '')
cache.setdefault(0, 'in the beginning')
cache.weight
cache[59] = 'of all the earth and every tree in the which is the'
cache.add(54, 'of all the earth and every tree in the which is the')
cache.pop(52, '')
cache[60] = 'fruit of a tree yielding seed to you it shall be for'
cache.add(55, 'fruit of a tree yielding seed to you it shall be for')
cache.pop(53, '')
