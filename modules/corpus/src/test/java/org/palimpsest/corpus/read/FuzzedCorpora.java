package org.palimpsest.corpus.read;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.palimpsest.corpus.CorpusForTests;
import org.palimpsest.corpus.lane.LaneAccess;
import org.palimpsest.corpus.lane.LaneFile;
import org.palimpsest.corpus.lane.RowGroup;
import org.palimpsest.model.fuzz.Fuzzer;
import org.palimpsest.model.fuzz.Mutator;
import org.palimpsest.storage.StoredFolder;

/** Opens corpora with damaged manifests, whose checksums are right, and reads damaged lanes. */
final class FuzzedCorpora {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Configuration HADOOP = new Configuration();
  private static final int BLOCKS = 60;

  private FuzzedCorpora() {}

  public static void main(String[] arguments) throws Exception {
    Fuzzer.main(FuzzedCorpora::targets, arguments);
  }

  private static Map<String, Fuzzer.Target> targets(Path folder) throws IOException {
    Path corpus = folder.resolve("corpus");
    CorpusForTests.write(corpus, 8, 4, 9, 0, 14, 3, 11);
    Path lane = folder.resolve("lanes/training/lane-0.parquet");
    CorpusForTests.write(folder.resolve("lanes"), 8, 4, 9);
    return Map.of("manifest of a corpus", manifest(corpus), "lane", lane(lane));
  }

  private static Fuzzer.Target manifest(Path folder) throws IOException {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(folder.toString());
    StoredFolder stored = new StoredFolder(path, HADOOP);
    Path file = folder.resolve(StoredFolder.MANIFEST);
    byte[] valid = Files.readAllBytes(file);
    return seed -> {
      write(stored, file, Mutator.text(valid, seed));
      read(Corpus.open(path, HADOOP));
    };
  }

  /** A mutant that is JSON gets the right checksum. */
  private static void write(StoredFolder stored, Path file, byte[] mutant) throws IOException {
    try {
      if (JSON.readTree(mutant) instanceof ObjectNode manifest) {
        stored.publish(manifest);
        return;
      }
    } catch (IOException e) {
      // Written as it is.
    }
    Files.write(file, mutant);
  }

  private static void read(Corpus corpus) {
    CorpusSplit split = corpus.training();
    if (split.blocks() == 0) {
      return;
    }
    try (BlockReader reader = split.reader(5, new WorkerSlice(0, 1, 0, 1))) {
      for (int i = 0; i < BLOCKS && reader.hasNext(); i++) {
        reader.next();
      }
    }
  }

  private static Fuzzer.Target lane(Path file) throws IOException {
    byte[] valid = Files.readAllBytes(file);
    return seed -> {
      Files.write(file, Mutator.binary(valid, seed));
      try (LaneFile lane =
          new LaneFile(
              new org.apache.hadoop.fs.Path(file.toString()),
              Files.size(file),
              8,
              new LaneAccess(HADOOP))) {
        for (int group = 0; group < lane.rowGroups(); group++) {
          RowGroup rows = lane.read(group);
          for (int row = 0; row < rows.rows(); row++) {
            rows.block(row, row);
          }
        }
      }
    };
  }
}
