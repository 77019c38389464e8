package org.palimpsest.bench.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.palimpsest.model.Device;
import org.palimpsest.model.Engine;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.storage.huggingface.ModelFolder;

/**
 * Writes the log-probabilities of every token at every position of one example, as an engine
 * computes them from an exported model, for comparison with {@code
 * modules/engine-torch/src/test/python/folder.py} on the same folder.
 *
 * <p>Arguments: engine, folder, comma-separated source ids, comma-separated decoder input ids, and
 * the output file, which gets little-endian floats, positions by vocabulary.
 */
public final class FolderScores {
  private static final int BATCH = 256;

  private FolderScores() {}

  /** Writes the file. */
  public static void main(String[] args) throws IOException {
    ModelFolder folder =
        ModelFolder.open(new org.apache.hadoop.fs.Path(args[1]), new Configuration(false));
    ReplicaOptions options = new ReplicaOptions(Device.CPU, 1, new OptimizerSpec.Sgd(), 1);
    int[] source = ids(args[2]);
    int[] input = ids(args[3]);
    try (Replica replica = Engine.named(args[0]).createReplica(folder.spec(), options)) {
      folder.readParameters(replica.parameters());
      Files.write(Path.of(args[4]), scores(replica, source, input));
    }
  }

  private static int[] ids(String text) {
    return Arrays.stream(text.split(",")).mapToInt(Integer::parseInt).toArray();
  }

  /** Scores one token at every position per row, with one row per token of the vocabulary. */
  private static byte[] scores(Replica replica, int[] source, int[] input) {
    ModelSpec spec = replica.spec();
    ByteBuffer all =
        ByteBuffer.allocate(Float.BYTES * input.length * spec.vocabulary())
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < spec.vocabulary(); from += BATCH) {
      List<DenoisingExample> examples = new ArrayList<>();
      for (int token = from; token < Math.min(from + BATCH, spec.vocabulary()); token++) {
        examples.add(example(source, input, token));
      }
      float[] losses = replica.score(Batch.of(examples, spec.pad())).loss();
      for (int i = 0; i < losses.length; i++) {
        int token = from + i / input.length;
        int at = (i % input.length) * spec.vocabulary() + token;
        all.putFloat(Float.BYTES * at, -losses[i]);
      }
    }
    return all.array();
  }

  private static DenoisingExample example(int[] source, int[] input, int token) {
    DenoisingExample example = new DenoisingExample(input.length);
    example.begin(token, source.length);
    for (int id : source) {
      example.appendSource(id);
    }
    for (int t = 0; t < input.length; t++) {
      example.appendTarget(input[t], t, token, DenoisingExample.KEPT, true);
    }
    return example;
  }
}
