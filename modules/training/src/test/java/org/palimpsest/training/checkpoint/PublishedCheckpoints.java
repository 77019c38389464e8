package org.palimpsest.training.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.palimpsest.base.Digests;
import org.palimpsest.model.HeapVector;
import org.palimpsest.storage.Deadline;
import org.palimpsest.storage.Lease;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.checkpoint.WorkerState.OwnVector;

/**
 * Small checkpoints in a folder, on any file system over the local disk.
 *
 * @param scheme of the file system: {@code file}, {@code faulty}
 * @param disk the folder
 */
record PublishedCheckpoints(String scheme, Path disk, Configuration hadoop) {
  static final int SIZE = 1000;

  /** As manifests are written. */
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  static PublishedCheckpoints onDisk(Path folder) {
    return new PublishedCheckpoints("file", folder, new Configuration());
  }

  org.apache.hadoop.fs.Path path() {
    return new org.apache.hadoop.fs.Path(scheme + ":" + disk);
  }

  Checkpoints all() {
    return new Checkpoints(path(), hadoop);
  }

  Lease lease() {
    return Lease.take(
        path(), hadoop, Duration.ofMinutes(1), Deadline.ofCheckpoints(Duration.ofMinutes(1)));
  }

  static HeapVector vector(float first) {
    HeapVector vector = new HeapVector(SIZE);
    for (int i = 0; i < SIZE; i++) {
      vector.values()[i] = first + i;
    }
    return vector;
  }

  static TrainingState state(long step) {
    TrainingState beginning = TrainingState.beginning(3, "data");
    return beginning
        .at(
            new TrainingState.Layout(SIZE, beginning.layoutVersion()),
            new TrainingState.Position(step, 1),
            new TrainingState.Counts(5, 6, 0, 0, 1.5, 77),
            1,
            false)
        .withWorkers(
            List.of(new WorkerState(Map.of(OwnVector.MOMENTS, "optimizer-00000.bin"), step, 5)));
  }

  /** Publishes a checkpoint {@code step-<step>-f<fence>}. */
  Checkpoint publish(long step, long fence) {
    StoredFolder target = all().folder(name(step, fence));
    return all().publish(target, state(step), files(target, step), fence);
  }

  List<StoredFile> files(StoredFolder target, long step) {
    return List.of(
        VectorFile.write(target, Checkpoint.PARAMETERS, vector((float) step)),
        VectorFile.write(target, "optimizer-00000.bin", vector(1)),
        target.write(
            Checkpoint.RECIPE, out -> out.write("seed = 3\n".getBytes(StandardCharsets.UTF_8))),
        target.write(
            Checkpoint.TOKENIZER, out -> out.write("{}\n".getBytes(StandardCharsets.UTF_8))));
  }

  static String name(long step, long fence) {
    return Checkpoints.folderName(step, "f" + fence);
  }

  Path file(long step, long fence, String name) {
    return disk.resolve(name(step, fence)).resolve(name);
  }

  /** A folder that was never finished. */
  void leaveUnfinished(String name) {
    try {
      Files.createDirectories(disk.resolve(name));
      Files.write(disk.resolve(name).resolve(Checkpoint.PARAMETERS), new byte[100]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void flipABit(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length / 2] ^= 4;
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Changes a manifest, or another file and the manifest, as a writer of these bytes would. */
  static void rewrite(Path folder, String name, String before, String after) {
    try {
      Path file = folder.resolve(name);
      String text = Files.readString(file).replace(before, after);
      Path manifest = folder.resolve("manifest.json");
      if (!name.equals("manifest.json")) {
        byte[] old = Files.readAllBytes(file);
        Files.writeString(file, text);
        text =
            Files.readString(manifest)
                .replace(Digests.sha256Hex(old), Digests.sha256Hex(text))
                .replaceAll("(\"" + name + "\",\\s*\"size\" : )\\d+", "$1" + text.length());
      }
      ObjectNode json = (ObjectNode) JSON.readTree(text);
      JsonNode unused = json.remove("manifestSha256");
      json.put("manifestSha256", Digests.sha256Hex(JSON.writeValueAsString(json)));
      Files.writeString(manifest, JSON.writeValueAsString(json));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
