"""What is this package's own."""

from keras_inits.keras_compat.own import is_own_class, public


class Layer:
    pass


def test_a_public_class_is_the_package_s_and_nothing_of_a_room():
    cls = public(type("Own", (), {}))
    assert cls.__module__ == "keras_inits" and is_own_class(cls)


def test_a_public_function_may_be_of_another_module():
    def function():
        pass

    assert public(function, "keras_inits.v1") is function
    assert function.__module__ == "keras_inits.v1" and not is_own_class(function)


def test_what_a_user_derives_is_the_user_s():
    own = public(type("Own", (), {}))
    assert not is_own_class(type("Users", (own,), {})) and not is_own_class(Layer)
