package org.palimpsest.evaluation.inference;

import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;
import org.palimpsest.model.FlatVector;
import org.palimpsest.storage.huggingface.ModelFolder;

/** The parameters in a model folder. */
record FolderWeights(String path, String type, SerializableConfiguration hadoop)
    implements ModelWeights {
  private ModelFolder folder() {
    return ModelFolder.open(new Path(path), hadoop.value());
  }

  @Override
  public void read(FlatVector into) {
    folder().readParameters(into);
  }

  @Override
  public Map<String, Object> generation() {
    return folder().generation();
  }

  @Override
  public Optional<byte[]> targetTokenizer() {
    return folder().targetTokenizer();
  }
}
