package org.palimpsest.dl4j.spark.data;

import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.deeplearning4j.spark.data.loader.RemoteFileSource;
import org.nd4j.common.loader.Loader;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;

/** Decodes the bytes of a batch. */
public sealed interface BatchDecoder extends Serializable {

  /** Decodes one batch. */
  MultiDataSet decode(byte[] bytes, Configuration hadoop);

  /** Decodes a stored batch. */
  static MultiDataSet stored(byte[] bytes) {
    try {
      return StoredBatch.read(bytes);
    } catch (IOException | RuntimeException e) {
      throw new PalimpsestException(
          Kind.INPUT,
          "A batch of the exported data is damaged ("
              + (e.getMessage() == null ? "it ends early" : e.getMessage())
              + "): delete the exported data.",
          e);
    }
  }

  /** Decodes a stored batch. */
  record Stored() implements BatchDecoder {
    @Override
    public MultiDataSet decode(byte[] bytes, Configuration hadoop) {
      return stored(bytes);
    }
  }

  /** The path of a file that a loader reads. */
  record DataSetFile(DataSetLoader loader) implements BatchDecoder {
    @Override
    public MultiDataSet decode(byte[] bytes, Configuration hadoop) {
      DataSet data = load(loader, bytes, hadoop);
      return data.toMultiDataSet();
    }
  }

  /** The path of a file that a loader reads. */
  record MultiDataSetFile(MultiDataSetLoader loader) implements BatchDecoder {
    @Override
    public MultiDataSet decode(byte[] bytes, Configuration hadoop) {
      return load(loader, bytes, hadoop);
    }
  }

  private static <T> T load(Loader<T> loader, byte[] bytes, Configuration hadoop) {
    String path = new String(bytes, StandardCharsets.UTF_8);
    try {
      FileSystem files = new Path(path).getFileSystem(hadoop);
      return loader.load(new RemoteFileSource(path, files));
    } catch (IOException | RuntimeException e) {
      throw new PalimpsestException(
          Kind.INPUT,
          path
              + " cannot be loaded as training data ("
              + e.getMessage()
              + "): check the file and its loader.",
          e);
    }
  }
}
