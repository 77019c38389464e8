package org.palimpsest.bench;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.corpus.CorpusKryoRegistrator;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.prepare.Preparation;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.tokenize.TokenizerFile;

/**
 * The cost of a preparation. docs/benchmarks/corpus.md has results and the commands that produced
 * them.
 *
 * <ul>
 *   <li>{@code speed BOOKS WORK CORES MEGABYTES [ROUNDS]}: preparation with a given tokenizer, and
 *       the Rust tokenizer alone on the same text, in turns
 *   <li>{@code train BOOKS WORK CORES MEGABYTES SIZE}: training a tokenizer
 *   <li>{@code memory BOOKS WORK CORES MEGABYTES}: live heap and resident size of a preparation
 * </ul>
 *
 * BOOKS is a folder of .txt files, WORK a folder for the output.
 */
public final class PrepareBenchmark {
  private static final String ROUNDS = "2";
  private static final int VOCABULARY = 32_000;

  private final LargeText text;
  private final Path work;
  private final int cores;
  private final SparkSession spark;

  private PrepareBenchmark(LargeText text, Path work, int cores) {
    this.text = text;
    this.work = work;
    this.cores = cores;
    this.spark =
        SparkSession.builder()
            .master("local[" + cores + "]")
            .appName("preparation benchmark")
            .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
            .config("spark.kryo.registrator", CorpusKryoRegistrator.class.getName())
            .config("spark.kryo.registrationRequired", "true")
            .config("spark.local.dir", work.resolve("spark").toString())
            .config("spark.ui.enabled", "false")
            .getOrCreate();
  }

  public static void main(String[] arguments) throws IOException {
    Path work = Files.createDirectories(Path.of(arguments[2]));
    PrepareBenchmark benchmark =
        new PrepareBenchmark(
            new LargeText(Path.of(arguments[1])), work, Integer.parseInt(arguments[3]));
    switch (arguments[0]) {
      case "speed" ->
          benchmark.speed(
              Integer.parseInt(arguments[4]),
              Integer.parseInt(arguments.length > 5 ? arguments[5] : ROUNDS));
      case "train" ->
          benchmark.train(Integer.parseInt(arguments[4]), Integer.parseInt(arguments[5]));
      case "memory" -> benchmark.memory(Integer.parseInt(arguments[4]));
      default ->
          throw new IllegalArgumentException(
              "The benchmark " + arguments[0] + " does not exist: name speed, train, or memory.");
    }
    benchmark.spark.stop();
  }

  /** Runs in turns, so that other load on the machine affects all three equally. */
  private void speed(int megabytes, int rounds) throws IOException {
    Path tokenizer = tokenizer(text.write(work.resolve("books"), characters()));
    Path input = text.write(work.resolve("text-" + megabytes), megabytes * 1_000_000L);
    List<String> paragraphs = new LargeText(input).paragraphs();
    TokenizerFile file =
        TokenizerFile.read(
            new org.apache.hadoop.fs.Path(tokenizer.toString()), new Configuration(false));
    TokenizerAlone alone = new TokenizerAlone(paragraphs, cores);
    double size = bytes(paragraphs) / 1e6;
    for (int round = 0; round <= rounds; round++) {
      Stopwatch ids = Stopwatch.of(() -> alone.ids(file));
      Stopwatch encoding = Stopwatch.of(() -> alone.encoding(file));
      Stopwatch whole = Stopwatch.of(() -> prepare(input, "corpus", tokenizer));
      print(
          "%s: %.1f MB on %d cores, MB/s per core: tokenizer alone %.2f (ids) %.2f (Encoding),"
              + " prepare %.2f, %.0f %% of the faster; MB/s of CPU time: %.2f, %.2f, %.2f, %.0f %%",
          round == 0 ? "warm-up" : "round " + round,
          size,
          cores,
          size / ids.seconds() / cores,
          size / encoding.seconds() / cores,
          size / whole.seconds() / cores,
          100 * Math.min(ids.seconds(), encoding.seconds()) / whole.seconds(),
          size / ids.cpuSeconds(),
          size / encoding.cpuSeconds(),
          size / whole.cpuSeconds(),
          100 * Math.min(ids.cpuSeconds(), encoding.cpuSeconds()) / whole.cpuSeconds());
    }
  }

  private long characters() {
    return text.paragraphs().stream().mapToLong(paragraph -> paragraph.length() + 2L).sum();
  }

  private static long bytes(List<String> paragraphs) {
    return paragraphs.stream()
        .mapToLong(paragraph -> paragraph.getBytes(StandardCharsets.UTF_8).length)
        .sum();
  }

  /** A tokenizer trained on the books. */
  private Path tokenizer(Path input) {
    Preparation.run(spark, settings(input, "trained", Map.of("tokenizer.train.size", VOCABULARY)));
    return work.resolve("trained");
  }

  private Corpus prepare(Path input, String name, Path tokenizer) {
    return Preparation.fresh(
        spark, settings(input, name, Map.of("tokenizer.path", tokenizer.toString())));
  }

  private CorpusSettings settings(Path input, String name, Map<String, Object> more) {
    Map<String, Object> values = new HashMap<>();
    values.put("corpus.input", input.toString());
    values.put("corpus.path", work.resolve(name).toString());
    values.putAll(more);
    return CorpusSettings.from(ConfigFactory.parseMap(values));
  }

  /** Measures a preparation that trains a tokenizer, minus one with that tokenizer given. */
  private void train(int megabytes, int size) throws IOException {
    Path input = text.write(work.resolve("text-" + megabytes), megabytes * 1_000_000L);
    Map<String, Object> training =
        Map.of(
            "tokenizer.train.size", size, "tokenizer.train.sample-bytes", megabytes * 2_000_000L);
    Stopwatch both =
        Stopwatch.of(() -> Preparation.fresh(spark, settings(input, "training", training)));
    Path trained = work.resolve("training");
    Stopwatch without = Stopwatch.of(() -> prepare(input, "corpus-" + megabytes, trained));
    print(
        "%d MB on %d cores: preparation with training a tokenizer of %,d entries %.1f s (%.1f s of"
            + " CPU time), with that tokenizer given %.1f s (%.1f s), so training %.1f s (%.1f s)",
        megabytes,
        cores,
        size,
        both.seconds(),
        both.cpuSeconds(),
        without.seconds(),
        without.cpuSeconds(),
        both.seconds() - without.seconds(),
        both.cpuSeconds() - without.cpuSeconds());
  }

  private void memory(int megabytes) throws IOException {
    Path input = text.write(work.resolve("text-" + megabytes), megabytes * 1_000_000L);
    Map<String, Object> training = Map.of("tokenizer.train.size", VOCABULARY);
    long start = System.nanoTime();
    try (LiveHeap heap = new LiveHeap()) {
      Corpus corpus = Preparation.fresh(spark, settings(input, "memory-" + megabytes, training));
      print(
          "%d MB on %d cores in %.0f s: largest live heap after %d collections %.0f MB of %.0f,"
              + " largest resident size %.0f MB, %,d tokens",
          megabytes,
          cores,
          (System.nanoTime() - start) / 1e9,
          heap.collections(),
          heap.largest() / 1e6,
          Runtime.getRuntime().maxMemory() / 1e6,
          LiveHeap.resident() / 1e6,
          corpus.manifest().training().tokens());
    }
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
