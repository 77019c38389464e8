package org.palimpsest.corpus;

import com.github.luben.zstd.ZstdOutputStream;
import com.typesafe.config.ConfigFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.palimpsest.corpus.config.CorpusSettings;

/** A folder of texts of several kinds, with one record that is not UTF-8. */
public final class SmallTexts {
  private static final String[] WORDS = {
    "river", "stone", "light", "carried", "between", "morning", "quiet", "über", "letter", "walked"
  };

  /** Documents per file; the last one spans several blocks. */
  private static final int EACH = 80;

  public static final int DOCUMENTS = 4 * EACH + 2;

  public static final Map<String, Object> SETTINGS =
      Map.of(
          "seed", 7,
          "corpus.block-size", 32,
          "corpus.lanes", 5,
          "corpus.row-group-blocks", 8,
          "corpus.validation-share", 0.1,
          "tokenizer.train.size", 400,
          "tokenizer.train.sentinels", 4);

  private SmallTexts() {}

  /**
   * Returns settings for these texts.
   *
   * @param input one input or several
   * @param changed additional or different settings
   */
  public static CorpusSettings settings(Object input, Object corpus, Map<String, ?> changed) {
    Map<String, Object> values = new HashMap<>(SETTINGS);
    values.put("corpus.input", input instanceof List<?> ? input : input.toString());
    values.put("corpus.path", corpus.toString());
    values.putAll(changed);
    return CorpusSettings.from(ConfigFactory.parseMap(values));
  }

  public static Path write(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("sub"));
    Files.writeString(folder.resolve("a.txt"), String.join("\n\n", file(0)));
    Files.writeString(folder.resolve("sub/b.txt"), String.join("\r\n\r\n", file(1)) + "\r\n");
    StringBuilder json = new StringBuilder();
    file(2).forEach(text -> json.append("{\"text\": \"").append(text).append("\"}\n"));
    Files.writeString(folder.resolve("c.jsonl"), json);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(CorpusForTests.utf8(String.join("\n\n\n", file(3))));
    }
    Files.write(folder.resolve("d.txt.gz"), bytes.toByteArray());
    byte[] bad = CorpusForTests.utf8("Good\n\nbad?\n\nGood again");
    bad[9] = (byte) 0xFF;
    Files.write(folder.resolve("sub/bad.txt"), bad);
    return folder;
  }

  /**
   * Writes a folder of records with ids in every format, some duplicated, some with equal ids, some
   * similar, and text in another encoding and another compression.
   */
  public static void writeRecords(Path folder) throws IOException {
    Files.createDirectories(folder);
    List<String> texts = file(5);
    StringBuilder json = new StringBuilder();
    StringBuilder csv = new StringBuilder("id,text\n");
    MessageType schema =
        MessageTypeParser.parseMessageType(
            "message m { required binary text (STRING); required int32 id; }");
    try (ParquetWriter<Group> parquet =
        ExampleParquetWriter.builder(
                new org.apache.hadoop.fs.Path(folder.resolve("c.parquet").toUri()))
            .withConf(new Configuration())
            .withType(schema)
            .withRowGroupSize(2000L)
            .withMinRowCountForPageSizeCheck(5)
            .build()) {
      for (int i = 0; i < texts.size(); i++) {
        String text = texts.get(i);
        json.append("{\"id\": %d, \"text\": \"%s\"}\n".formatted(i % 30, text));
        csv.append("%d,\"%s\nquoted  \"\"twice\"\"\"\n".formatted(i, i % 3 == 0 ? text : i));
        parquet.write(
            new SimpleGroup(schema)
                .append("text", i % 2 == 0 ? text.replace("river", "brook") : "12345 " + text)
                .append("id", i));
      }
    }
    Files.writeString(folder.resolve("a.jsonl"), json);
    Files.writeString(folder.resolve("b.csv"), csv);
    Files.write(
        folder.resolve("d.txt"),
        ("\uFEFF" + String.join("\n\n", file(6))).getBytes(StandardCharsets.UTF_16LE));
    try (OutputStream zstd =
        new ZstdOutputStream(Files.newOutputStream(folder.resolve("e.txt.zst")))) {
      zstd.write(CorpusForTests.utf8(String.join("\n\n", file(6))));
    }
  }

  /** Returns the texts of all documents. */
  public static List<String> documents() {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.addAll(file(i));
    }
    all.add("Good");
    all.add("Good again");
    return all;
  }

  private static List<String> file(int number) {
    Random random = new Random(number);
    List<String> documents = new ArrayList<>();
    for (int i = 0; i < EACH; i++) {
      StringBuilder text = new StringBuilder("Number " + number + " " + i);
      int words = i == EACH - 1 ? 400 : 3 + random.nextInt(30);
      for (int w = 0; w < words; w++) {
        text.append(w % 9 == 8 ? ". The " : " ").append(WORDS[random.nextInt(WORDS.length)]);
      }
      documents.add(text.append('.').toString());
    }
    return documents;
  }
}
