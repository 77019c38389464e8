package org.palimpsest.evaluation.inference;

import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;
import org.palimpsest.model.FlatVector;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;

/** The parameters in a checkpoint. */
record CheckpointWeights(String root, String name, String type, SerializableConfiguration hadoop)
    implements ModelWeights {
  private Checkpoint checkpoint() {
    return new Checkpoints(new Path(root), hadoop.value()).open(name);
  }

  @Override
  public void read(FlatVector into) {
    checkpoint().readParameters(into);
  }

  @Override
  public Map<String, Object> generation() {
    return checkpoint().generation();
  }

  @Override
  public Optional<byte[]> targetTokenizer() {
    return checkpoint().targetTokenizer();
  }
}
