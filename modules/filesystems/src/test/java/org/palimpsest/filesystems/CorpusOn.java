package org.palimpsest.filesystems;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.corpus.CorpusKryoRegistrator;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.prepare.CorpusCheck;
import org.palimpsest.corpus.prepare.Preparation;
import org.palimpsest.corpus.read.BlockReader;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.CorpusSplit;
import org.palimpsest.corpus.read.EpochBlock;
import org.palimpsest.corpus.read.Manifest;
import org.palimpsest.corpus.read.WorkerSlice;

/** A corpus on a file system, for comparison with the same corpus on the local disk. */
final class CorpusOn {
  private static final String[] WORDS = {
    "river", "stone", "light", "carried", "between", "morning", "quiet", "letter", "walked", "über"
  };

  private final SparkSession spark;
  private final String root;

  /**
   * @param root folder of text and corpus, with its scheme
   */
  CorpusOn(SparkSession spark, String root) {
    this.spark = spark;
    this.root = root;
  }

  /** A session with settings of Hadoop file systems. */
  static SparkSession session(Map<String, String> hadoop) {
    return session(hadoop, CorpusKryoRegistrator.class);
  }

  /** A session that serializes the types of the registrators. */
  static SparkSession session(Map<String, String> hadoop, Class<?>... registrators) {
    SparkSession.Builder builder =
        SparkSession.builder()
            .master("local[2]")
            .appName("file systems")
            .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
            .config("spark.kryo.registrator", names(registrators))
            .config("spark.kryo.registrationRequired", "true")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1");
    hadoop.forEach((key, value) -> builder.config("spark.hadoop." + key, value));
    return builder.getOrCreate();
  }

  private static String names(Class<?>... classes) {
    return Stream.of(classes).map(Class::getName).collect(Collectors.joining(","));
  }

  FileSystem files() throws IOException {
    return new Path(root).getFileSystem(spark.sparkContext().hadoopConfiguration());
  }

  Path path(String name) {
    return new Path(root + "/" + name);
  }

  /** Writes documents to a file. */
  void writeText(String name, int documents, int seed) throws IOException {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < documents; i++) {
      text.append("Text ").append(seed).append(' ').append(i);
      int words = 5 + random.nextInt(60);
      for (int w = 0; w < words; w++) {
        text.append(w % 11 == 10 ? ". " : " ").append(WORDS[random.nextInt(WORDS.length)]);
      }
      text.append(".\n\n");
    }
    try (OutputStream out = files().create(path(name), true)) {
      out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  CorpusSettings settings(String input, String corpus) {
    return settings(path(input), corpus);
  }

  /** Settings with input at any path. */
  CorpusSettings settings(Path input, String corpus) {
    Map<String, Object> values = new HashMap<>();
    values.put("corpus.input", input.toString());
    values.put("corpus.path", path(corpus).toString());
    values.put("corpus.block-size", 32);
    values.put("corpus.lanes", 4);
    values.put("corpus.row-group-blocks", 8);
    values.put("corpus.validation-share", 0.1);
    values.put("tokenizer.train.size", 400);
    values.put("tokenizer.train.sentinels", 4);
    return CorpusSettings.from(ConfigFactory.parseMap(values));
  }

  /** Prepares, extends, reads, moves, and checks a corpus; returns its checksums. */
  List<String> roundTrip() throws IOException {
    writeText("text/one.txt", 200, 1);
    writeText("text/two.txt", 100, 2);
    writeText("more/three.txt", 50, 3);
    Corpus prepared = Preparation.run(spark, settings("text", "corpus"));
    assertThat(Preparation.run(spark, settings("text", "corpus")).manifest())
        .as("reused")
        .isEqualTo(prepared.manifest());
    Corpus corpus = Preparation.add(spark, settings("more", "corpus"));
    corpus.verify();
    CorpusCheck.run(spark, corpus);
    assertThat(
            corpus.manifest().training().documents() + corpus.manifest().validation().documents())
        .isEqualTo(350);
    assertThat(rows(corpus.training())).isEqualTo(corpus.training().blocks());

    Path moved = path("moved");
    assertThat(files().rename(corpus.path(), moved)).isTrue();
    Corpus again = Corpus.open(moved, spark.sparkContext().hadoopConfiguration());
    again.verify();
    assertThat(workersTogether(again.training())).isEqualTo(oneAlone(again.training()));
    return checksums(again.manifest());
  }

  private static long rows(CorpusSplit split) {
    long rows = 0;
    try (BlockReader reader = split.asStored()) {
      while (reader.hasNext()) {
        reader.next();
        rows++;
      }
    }
    return rows;
  }

  /** Step 2 of three workers. */
  private static List<EpochBlock> workersTogether(CorpusSplit split) {
    List<EpochBlock> blocks = new ArrayList<>();
    for (int rank = 0; rank < 3; rank++) {
      try (BlockReader reader = split.reader(3, new WorkerSlice(2, 3, rank, 3))) {
        blocks.add(reader.next());
      }
    }
    return blocks;
  }

  private static List<EpochBlock> oneAlone(CorpusSplit split) {
    List<EpochBlock> blocks = new ArrayList<>();
    try (BlockReader reader = split.reader(3, new WorkerSlice(2, 3, 0, 1))) {
      for (int i = 0; i < 3; i++) {
        blocks.add(reader.next());
      }
    }
    return blocks;
  }

  private static List<String> checksums(Manifest manifest) {
    return Stream.concat(
            Stream.of(manifest.tokenizer().sha256()),
            Stream.of(manifest.training(), manifest.validation())
                .flatMap(split -> split.lanes().stream())
                .map(lane -> lane.rows() + " " + lane.file().sha256()))
        .toList();
  }
}
