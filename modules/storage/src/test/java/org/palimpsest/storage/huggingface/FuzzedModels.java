package org.palimpsest.storage.huggingface;

import static org.palimpsest.storage.huggingface.FolderForTests.BART;
import static org.palimpsest.storage.huggingface.FolderForTests.T5;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.fuzz.Fuzzer;
import org.palimpsest.model.fuzz.Mutator;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.storage.pickle.TorchArchive;

/** Reads damaged model folders, one damaged file at a time. */
final class FuzzedModels {
  private FuzzedModels() {}

  public static void main(String[] arguments) throws Exception {
    Fuzzer.main(FuzzedModels::targets, arguments);
  }

  private static Map<String, Fuzzer.Target> targets(Path folder) throws IOException {
    FolderForTests bart = new FolderForTests(folder.resolve("bart"));
    bart.write(BART, 1);
    Files.delete(bart.file(ModelFolder.ORIGIN));
    FolderForTests t5 = new FolderForTests(folder.resolve("t5"));
    t5.write(T5, 1);
    Files.delete(t5.file(ModelFolder.ORIGIN));
    FolderForTests ours = new FolderForTests(folder.resolve("ours"));
    ours.write(BART, 1);
    FolderForTests sharded = new FolderForTests(folder.resolve("sharded"));
    sharded.write(BART, 1);
    Files.delete(sharded.file(ModelFolder.ORIGIN));
    index(sharded);
    Map<String, Fuzzer.Target> targets = new TreeMap<>();
    targets.put("config.json of BART", text(bart, ModelFolder.CONFIG));
    targets.put("config.json of T5", text(t5, ModelFolder.CONFIG));
    targets.put("palimpsest.json", text(ours, ModelFolder.ORIGIN));
    targets.put("model.safetensors.index.json", text(sharded, WeightFiles.INDEX));
    targets.put("model.safetensors", weights(bart));
    targets.put("pytorch_model.bin", torch(folder.resolve("torch")));
    return targets;
  }

  private static void index(FolderForTests folder) throws IOException {
    String shard = "model-00001-of-00001.safetensors";
    ObjectNode index = FolderForTests.JSON.createObjectNode();
    ObjectNode map = index.putObject("weight_map");
    folder.entries().forEach(entry -> map.put(entry.name(), shard));
    Files.move(folder.file(ModelFolder.WEIGHTS), folder.file(shard));
    Files.write(folder.file(WeightFiles.INDEX), FolderForTests.JSON.writeValueAsBytes(index));
  }

  private static Fuzzer.Target text(FolderForTests folder, String name) throws IOException {
    byte[] valid = Files.readAllBytes(folder.file(name));
    return seed -> {
      Files.write(folder.file(name), Mutator.text(valid, seed));
      read(folder);
    };
  }

  private static Fuzzer.Target weights(FolderForTests folder) throws IOException {
    Path file = folder.file(ModelFolder.WEIGHTS);
    byte[] valid = Files.readAllBytes(file);
    int length = (int) ByteBuffer.wrap(valid).order(ByteOrder.LITTLE_ENDIAN).getLong();
    byte[] header = Arrays.copyOfRange(valid, 8, 8 + length);
    byte[] data = Arrays.copyOfRange(valid, 8 + length, valid.length);
    return seed -> {
      byte[] mutant = seed % 3 == 0 ? valid : header;
      mutant = seed % 3 == 0 ? Mutator.binary(mutant, seed) : Mutator.text(mutant, seed);
      Files.write(file, seed % 3 == 0 ? mutant : joined(mutant, data));
      read(folder);
    };
  }

  /** Mutants of a file of torch.save, and of its pickle in a whole archive. */
  private static Fuzzer.Target torch(Path folder) throws IOException {
    Path files = Path.of("src/test/resources/torch/bart");
    Files.createDirectory(folder);
    for (String name : List.of("config.json", "tokenizer.json")) {
      Files.copy(files.resolve(name), folder.resolve(name));
    }
    byte[] valid = Files.readAllBytes(files.resolve("pytorch_model.bin"));
    Map<String, byte[]> entries = entries(files.resolve("pytorch_model.bin"));
    FolderForTests model = new FolderForTests(folder);
    return seed -> {
      byte[] mutant = seed % 2 == 0 ? Mutator.binary(valid, seed) : withOtherPickle(entries, seed);
      Files.write(model.file("pytorch_model.bin"), mutant);
      read(model);
    };
  }

  private static Map<String, byte[]> entries(Path archive) throws IOException {
    Map<String, byte[]> entries = new TreeMap<>();
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        String name = entry.getName();
        byte[] content = zip.getInputStream(entry).readAllBytes();
        entries.put(name.substring(name.indexOf('/') + 1), content);
      }
    }
    return entries;
  }

  private static byte[] withOtherPickle(Map<String, byte[]> entries, long seed) {
    TorchArchive archive = new TorchArchive();
    entries.forEach(
        (name, content) ->
            archive.with(name, name.equals("data.pkl") ? Mutator.binary(content, seed) : content));
    return archive.bytes();
  }

  private static byte[] joined(byte[] header, byte[] data) {
    return ByteBuffer.allocate(8 + header.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(data)
        .array();
  }

  /** What an import does; a vector is as large as the model says, so it takes no memory here. */
  private static void read(FolderForTests folder) {
    ModelFolder model = folder.open();
    String unused = new String(model.tokenizer(), StandardCharsets.UTF_8) + model.objective();
    long size = ParameterLayout.of(model.spec()).size();
    model.readParameters(new Discarded(size));
  }

  /** A vector that forgets what is written. */
  private record Discarded(long size) implements FlatVector {
    @Override
    public void read(long from, float[] into, int offset, int count) {
      Arrays.fill(into, offset, offset + count, 0);
    }

    @Override
    public void write(long from, float[] values, int offset, int count) {
      Objects.checkFromIndexSize(from, count, size);
    }

    @Override
    public void scale(double factor) {}
  }
}
