// Saves models with TensorFlow.js, each as NAME/model.json and NAME/weights-N.bin in FOLDER, with an input and what it
// predicts, io.json. Run as `node record_tensorflowjs.js FOLDER` next to node_modules with @tensorflow/tfjs 4.22.

const fs = require('fs');
const path = require('path');
const tf = require('@tensorflow/tfjs');

const layers = tf.layers;

function normalized() {
  return tf.sequential({layers: [
    layers.conv2d({filters: 3, kernelSize: 2, padding: 'same', activation: 'relu', inputShape: [4, 4, 2]}),
    layers.batchNormalization(), layers.depthwiseConv2d({kernelSize: 2}), layers.flatten(), layers.dense({units: 2})]});
}

function nested() {
  const inner = tf.sequential({layers: [layers.dense({units: 3, activation: 'tanh', inputShape: [4]})]});
  const input = tf.input({shape: [4]});
  const both = layers.add().apply([inner.apply(input), layers.dense({units: 3, name: 'beside'}).apply(input)]);
  return tf.model({inputs: input, outputs: layers.dense({units: 2, activation: 'softmax'}).apply(both)});
}

function recurrent() {
  return tf.sequential({layers: [
    layers.embedding({inputDim: 9, outputDim: 4, maskZero: true, inputLength: 5}),
    layers.bidirectional({layer: layers.lstm({units: 3, returnSequences: true}), mergeMode: 'concat'}),
    layers.gru({units: 2, recurrentActivation: 'hardSigmoid'})]});
}

async function save(folder, name, make, words) {
  const model = make();
  const seed = 1;
  model.setWeights(model.getWeights().map((w, i) => tf.randomUniform(w.shape, 0.1, 0.9, 'float32', seed + i)));
  const at = path.join(folder, name);
  fs.mkdirSync(at, {recursive: true});
  await model.save(tf.io.withSaveHandler(async (artifacts) => {
    const data = Buffer.from(artifacts.weightData);
    const half = Math.floor(data.length / 2) + 1;  // Cut in the middle of a number.
    const files = [data.subarray(0, half), data.subarray(half)];
    files.forEach((file, i) => fs.writeFileSync(path.join(at, `weights-${i}.bin`), file));
    const manifest = [{paths: ['weights-0.bin', 'weights-1.bin'], weights: artifacts.weightSpecs}];
    fs.writeFileSync(path.join(at, 'model.json'), JSON.stringify({
      format: artifacts.format, generatedBy: artifacts.generatedBy, modelTopology: artifacts.modelTopology,
      weightsManifest: manifest}));
    return {modelArtifactsInfo: {}};
  }));
  const shape = [2, ...model.inputs[0].shape.slice(1)];
  const x = words ? tf.tensor([[1, 2, 3, 4, 5], [6, 7, 8, 0, 0]]) : tf.randomUniform(shape, -1, 1, 'float32', 7);
  const y = model.predict(x);
  fs.writeFileSync(path.join(at, 'io.json'), JSON.stringify({x: x.arraySync(), y: y.arraySync()}));
}

(async () => {
  await save(process.argv[2], 'normalized', normalized);
  await save(process.argv[2], 'nested', nested);
  await save(process.argv[2], 'recurrent', recurrent, true);
})();
