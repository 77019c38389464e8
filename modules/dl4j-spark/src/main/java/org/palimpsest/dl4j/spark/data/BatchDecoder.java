package org.palimpsest.dl4j.spark.data;

import java.io.ByteArrayInputStream;
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

/** What the bytes of a piece are. */
public sealed interface BatchDecoder extends Serializable {

  /** Makes a batch of a piece. */
  MultiDataSet decode(byte[] piece, Configuration hadoop);

  /** The batch itself. */
  static MultiDataSet stored(byte[] piece) {
    try {
      MultiDataSet data = new org.nd4j.linalg.dataset.MultiDataSet();
      data.load(new ByteArrayInputStream(piece));
      return data;
    } catch (IOException e) {
      throw new PalimpsestException(
          Kind.INPUT, "A piece of the exported data is no batch: " + e.getMessage() + ".", e);
    }
  }

  /** The batch itself. */
  record Stored() implements BatchDecoder {
    @Override
    public MultiDataSet decode(byte[] piece, Configuration hadoop) {
      return stored(piece);
    }
  }

  /** The path of a file that a loader reads. */
  record DataSetFile(DataSetLoader loader) implements BatchDecoder {
    @Override
    public MultiDataSet decode(byte[] piece, Configuration hadoop) {
      DataSet data = load(loader, piece, hadoop);
      return data.toMultiDataSet();
    }
  }

  /** The path of a file that a loader reads. */
  record MultiDataSetFile(MultiDataSetLoader loader) implements BatchDecoder {
    @Override
    public MultiDataSet decode(byte[] piece, Configuration hadoop) {
      return load(loader, piece, hadoop);
    }
  }

  private static <T> T load(Loader<T> loader, byte[] piece, Configuration hadoop) {
    String path = new String(piece, StandardCharsets.UTF_8);
    try {
      FileSystem files = new Path(path).getFileSystem(hadoop);
      return loader.load(new RemoteFileSource(path, files));
    } catch (IOException | RuntimeException e) {
      throw new PalimpsestException(
          Kind.INPUT, path + " cannot be loaded as training data: " + e.getMessage() + ".", e);
    }
  }
}
