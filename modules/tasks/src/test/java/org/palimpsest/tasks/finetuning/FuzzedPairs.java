package org.palimpsest.tasks.finetuning;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.palimpsest.model.fuzz.Fuzzer;
import org.palimpsest.model.fuzz.Mutator;
import org.palimpsest.storage.StoredFolder;

/** Reads encoded pairs with a damaged manifest, whose checksum is right, or a damaged lane. */
final class FuzzedPairs {
  private static final Path STORED = Path.of("src/test/resources/pairs");
  private static final ObjectMapper JSON = new ObjectMapper();

  private FuzzedPairs() {}

  public static void main(String[] arguments) throws Exception {
    Fuzzer.main(FuzzedPairs::targets, arguments);
  }

  private static Map<String, Fuzzer.Target> targets(Path folder) throws IOException {
    Path pairs = folder.resolve("pairs");
    FileUtils.copyDirectory(STORED.toFile(), pairs.toFile());
    StoredFolder stored =
        new StoredFolder(new org.apache.hadoop.fs.Path(pairs.toString()), new Configuration());
    byte[] manifest = Files.readAllBytes(pairs.resolve(StoredFolder.MANIFEST));
    PairLane lane = PairManifest.store(stored).read().training().get(0);
    Path laneFile = pairs.resolve(lane.file().name());
    byte[] valid = Files.readAllBytes(laneFile);
    return Map.of(
        "manifest of pairs",
        seed -> {
          write(stored, pairs, Mutator.text(manifest, seed));
          PairManifest read = PairManifest.store(stored).read();
          read.pairs();
          read(stored, read.training().get(0));
        },
        "lane of pairs",
        seed -> {
          Files.write(laneFile, Mutator.binary(valid, seed));
          read(stored, lane);
        });
  }

  private static void write(StoredFolder stored, Path folder, byte[] mutant) throws IOException {
    try {
      if (JSON.readTree(mutant) instanceof ObjectNode manifest) {
        stored.publish(manifest);
        return;
      }
    } catch (IOException e) {
      // Written as it is.
    }
    Files.write(folder.resolve(StoredFolder.MANIFEST), mutant);
  }

  private static void read(StoredFolder stored, PairLane lane) {
    for (int group = 0; group < lane.groups(); group++) {
      lane.read(stored, group);
    }
  }
}
