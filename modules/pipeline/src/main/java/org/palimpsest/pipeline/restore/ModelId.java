package org.palimpsest.pipeline.restore;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.palimpsest.evaluation.inference.TrainedModel;

/** Identifies the parameters of a model, so that a folder that was replaced is read again. */
final class ModelId {
  private ModelId() {}

  static String of(TrainedModel model, Configuration hadoop) {
    Path path = new Path(model.origin());
    StringBuilder id = new StringBuilder(model.origin());
    try {
      for (FileStatus file : path.getFileSystem(hadoop).listStatus(path)) {
        if (file.isFile()) {
          id.append('|').append(file.getPath().getName());
          id.append(' ').append(file.getLen()).append(' ').append(file.getModificationTime());
        }
      }
    } catch (IOException e) {
      return id.toString(); // What reads the parameters says what is wrong.
    }
    return id.toString();
  }
}
