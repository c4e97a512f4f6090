from keras_inits.saved_models.config.origin import origin_of


def config(*layers):
    return {"class_name": "Sequential", "config": list(layers)}


def test_versions_are_told_apart_to_the_third_number():
    assert origin_of({}, "2.2.4-tf").version == (2, 2, 4)


def test_arguments_of_a_function_do_not_date_a_config():
    layer = {"class_name": "Lambda", "config": {"name": "norm", "function": "norm", "arguments": {"p": 2}}}
    assert origin_of(config(layer)).major == 2


def test_words_of_keras_1_date_a_config():
    layer = {"class_name": "Dropout", "config": {"name": "dropout", "p": 0.5}}
    assert origin_of(config(layer)).major == 1
