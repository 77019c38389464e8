package org.palimpsest.dl4j.spark.data;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.palimpsest.model.fuzz.Fuzzer;
import org.palimpsest.model.fuzz.Mutator;

/** Reads damaged batches, and damaged files of batches. */
final class FuzzedBatches {
  private FuzzedBatches() {}

  public static void main(String[] arguments) throws Exception {
    Fuzzer.main(FuzzedBatches::targets, arguments);
  }

  private static Map<String, Fuzzer.Target> targets(Path folder) throws IOException {
    MultiDataSet batch =
        new MultiDataSet(
            new INDArray[] {Nd4j.rand(3, 4, 2), Nd4j.rand(4, 3).transpose()},
            new INDArray[] {Nd4j.ones(3, 2)},
            new INDArray[] {null, Nd4j.ones(3, 2)},
            null);
    byte[] valid = StoredBatch.bytes(batch);
    return Map.of(
        "batch",
        seed -> use(BatchDecoder.stored(Mutator.binary(valid, seed))),
        "file of batches",
        file(folder.resolve("batches.bin"), valid));
  }

  /** Reads every number, because a wrong stride reads another's memory. */
  private static void use(org.nd4j.linalg.dataset.api.MultiDataSet batch) {
    for (INDArray array : batch.getFeatures()) {
      array.sumNumber();
      array.close();
    }
  }

  private static Fuzzer.Target file(Path file, byte[] batch) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      BatchFile.write(List.of(batch, batch, batch).iterator(), out);
    }
    byte[] valid = Files.readAllBytes(file);
    FileSystem files = FileSystem.getLocal(new Configuration()).getRawFileSystem();
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(file.toString());
    return seed -> {
      byte[] mutant = Mutator.binary(valid, seed);
      Files.write(file, mutant);
      try (BatchFile batches = BatchFile.open(files, path, mutant.length)) {
        for (int i = 0; i < 3; i++) {
          batches.read(i);
        }
      }
    };
  }
}
