"""What a file may ask for at most: each limit of reading, building and trying a saved model, with its reason.

Other modules use them by name, as `limits.CONFIG_BYTES`. Each is far above what the models have that Keras
saved, and low enough that a hostile file ends in an error before memory or patience does.
"""

# Of a config.
# Parsed, JSON takes many times its size in memory.
CONFIG_BYTES = 64 * 2**20
# Functions that walk through a config call themselves at each level.
CONFIG_DEPTH = 200
# A value takes far more memory than the two bytes that may be all of it in the file; and a list or dict, of
# which several copies are made, that of so many.
CONFIG_VALUES, VALUES_PER_BRANCH = 4 * 10**6, 6
# Keras takes about a millisecond to make each.
CONFIG_OBJECTS = 100_000
# Distinct initializers that are looked up, each in a millisecond or two; a model has a few, with seeds of
# their own one or two for each layer. And all their uses, which are listed.
INITIALIZERS, INITIALIZER_USES = 5000, 200_000
# A text in an initializer's config, all of which are names; Keras repeats it several times in an error.
INITIALIZER_TEXT = 2**16
# YAML is slow to read.
YAML_BYTES = 4 * 2**20
# PyYAML takes some hundred bytes and microseconds for each value and key; an alias can stand for any number.
YAML_VALUES = 5 * 10**5
# YAML has numbers to the base of 60, which take the longer to read the more digits there are.
YAML_DIGITS = 100

# Of the process that tries an HDF5 file.
# The time that a Python and h5py take to start, on a processor; and how many times that on the clock, where
# the machine is busy.
TRIAL_SECONDS, TRIAL_PATIENCE = 10.0, 20
# How fast even a slow disk is read.
TRIAL_BYTES_PER_SECOND = 20 * 2**20
# What Python and its libraries take themselves, and then so many times the file's size.
TRIAL_MEMORY, TRIAL_MEMORY_RATIO = 4 * 2**30, 4

# Of arrays in a file.
# No compression of HDF5's, nor of zip's, unpacks to more than this many times its size; a small array may.
INFLATION, SMALL_ARRAY = 1032, 2**16
# Keras does not compress the weights in its archives; who does so makes them smaller by less.
UNPACKED_RATIO, UNPACKED_SPARE = 32, 2**24
# Numbers per stored byte, of which a float32 has a quarter: what a file may say about a model's size.
NUMBERS_PER_BYTE = 4
# Layers and arrays that a file may name, each of which is looked up.
STORED_NAMES = 100_000
# Keras 3 writes two groups, one inside the other, for each model inside a model.
GROUP_DEPTH = 100
# Words are kept in memory, each as an object; and in NumPy's arrays each takes the room of the longest.
VOCABULARY_BYTES, VOCABULARY_CHARACTERS = 2**25, 2**26

# Of a TensorFlow checkpoint.
# Its list of arrays, some 100 bytes for each, is read whole.
INDEX_BYTES = 2**26
# What the list says of one: some twenty bytes for each of its parts. Parsed, they take far more memory.
ENTRY_BYTES = 2**20
# Names, which may share their beginnings in the file and do not in memory.
TABLE_KEYS, TABLE_KEY, TABLE_KEY_BYTES = STORED_NAMES, 2**14, 2**26
# Its graph of objects: some 100 bytes for each, and far more in memory.
OBJECT_GRAPH_BYTES, OBJECTS, OBJECT_EDGES = 2**24, 200_000, 10**6
# The text that says which checkpoint of a folder is the last: one line for each that was kept.
CHECKPOINT_STATE_BYTES = 2**20
# Axes of an array; NumPy has no more.
AXES = 32

# Of a model of TensorFlow.js.
# Parts of an array's name, with slashes between them: each run of them may be a layer's name.
NAME_PARTS = 16

# Of a SavedModel.
# What its `saved_model.pb` may be: protocol buffers hold no more.
PROTOCOL_BUFFER_BYTES = 2**31
# What it can be called by, a few hundred bytes each.
SIGNATURE_BYTES = 2**20
# How deep the lists and dicts of a model's inputs are.
SPEC_DEPTH = 20

# Of a model that is built.
# Numbers of its weights, where no file of weights says how large its layers are.
NUMBERS = 2**28
# Numbers by those in the file: a model of today may hold constants that the old file had no need of.
NUMBERS_RATIO, NUMBERS_SPARE = 4, 2**20
# Calls of layers while it is built, each of which takes Keras a millisecond or two: also those of a model
# inside another one, with each call of that one, and of a TimeDistributed in Keras 3, one for each step.
CALLS = 5000
# Layers of a Sequential that tf.keras 2 passes over in the time of a call: all for each that is added.
REBUILT_PER_CALL = 100
# Places that tf.keras 2 puts together for an UpSampling1D or 3D in the time of a call.
REPEATS_PER_CALL = 1000
# Numbers in the input of a locally connected layer that tf.keras 2 makes a mask for in the time of a call. Of
# one without a mask it cuts a patch for each place, each of which takes that time.
MASKED_PER_CALL = 4
# Places in the patches of those that are rebuilt, in all: the fixed kernels of each are their square.
LOCAL_PLACES = 2**10
# Passes over the layers of a graph, of which Keras makes more until it could call all layers: this many in
# any graph, and as many more as pass so many layers in all.
PASSES, LAYERS_PASSED = 64, 2 * 10**5
# Arguments of which Keras makes lists, or which it counts through in Python.
COUNTS = {
    "num_oov_indices": 2**20, "ngrams": 100, "num_chains": 100, "chain_depth": 100, "num_ops": 100,
    "power_iterations": 10_000, "num_mel_bins": 4096, "fft_length": 2**16,
}  # fmt: skip
# Tensors that a function in a graph may give, of each of which Keras makes an object.
TENSORS = 2**13
# How often an operation may be computed over and over, each time some milliseconds.
TIMES = 100
# Multiplications for orthogonal matrices where weights are drawn: some ten seconds.
DRAWN_WORK = 2**37
# Numbers in the states of all metrics together, and in a list of thresholds or of a schedule's boundaries.
METRICS, METRIC_LIST = 2**24, 2**12
# Keras counts up to the number behind a layer's name; no layer has a higher one, so that is a name. And to
# all of them together, each some microseconds.
LAYER_NUMBER, LAYER_NUMBERS = 10_000, 10**6

# Of a model that is tried on examples.
# Numbers in its inputs together, and in a tensor of its own, of which a few are held in memory at a time.
TRIED_INPUT, TRIED_OUTPUT = 2**25, 2**26
# Numbers in all of its tensors together, where they are kept for a gradient.
TRIED_KEPT = 2**29
# Multiplications in all: some ten seconds. An operation takes at least the time of so many.
TRIED_WORK, TRIED_OPERATION = 2**39, 10**5

# Of an error.
# A file's own words are cut to this, and a message to that, as a file may have one text of any length.
TEXT, MESSAGE = 200, 1000

# Of a function's code.
# A lambda has a few hundred bytes, and a function in it as many.
CODE_BYTES, CODE_DEPTH = 2**16, 50
# What one computes in a few steps; each is a layer of the model.
CODE_STEPS = 200
# Python's own digits of a whole number, of 15 bits each: far beyond a float's.
CODE_DIGITS = 8
# Names and constants in a list that a code has several times.
CODE_NAMES = 64
