package org.palimpsest.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import org.palimpsest.corpus.clean.Cleaner;
import org.palimpsest.corpus.clean.CleaningSettings;
import org.palimpsest.corpus.clean.MinHash;
import org.palimpsest.corpus.text.CleaningCounts;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.ReadingId;

/**
 * The steps of cleaning, on one thread. An operation processes a million characters in documents of
 * 2,000: random words of 1 to 12 letters, one in a hundred with an accent.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class CleaningBenchmark {
  private static final int DOCUMENTS = 500;
  private static final int CHARACTERS = 2000;

  private final Document[] documents = new Document[DOCUMENTS];

  /** Generates the text. */
  @Setup
  public void write() {
    SplittableRandom random = new SplittableRandom(1234);
    for (int i = 0; i < DOCUMENTS; i++) {
      StringBuilder text = new StringBuilder();
      while (text.length() < CHARACTERS) {
        for (int left = random.nextInt(1, 13); left > 0; left--) {
          text.append((char) ('a' + random.nextInt(26)));
        }
        text.append(random.nextInt(100) == 0 ? "é " : " ");
      }
      text.setLength(CHARACTERS - 1);
      documents[i] = new Document("text", Integer.toString(i), text.append('.').toString());
    }
  }

  /** One step at a time; the first line is the default of a preparation. */
  @State(Scope.Thread)
  public static class Step {
    @Param({
      "",
      "unicode = nfkc",
      "white-space = collapse",
      "min-letter-share = 0.5",
      "max-repeated-run = 100",
      "max-repeated-lines = 0.5"
    })
    public String setting;

    private Cleaner cleaner;

    /** Parses the setting. */
    @Setup
    public void read() {
      Config defaults = ConfigFactory.defaultReference().getConfig("corpus.clean");
      cleaner =
          new Cleaner(
              CleaningSettings.from(ConfigFactory.parseString(setting).withFallback(defaults)));
    }
  }

  @Benchmark
  public void clean(Step step, Blackhole hole) {
    CleaningCounts counts = CleaningCounts.none();
    for (Document document : documents) {
      hole.consume(step.cleaner.clean(document, counts));
    }
  }

  /** The fingerprints of exact deduplication. */
  @Benchmark
  public void fingerprint(Blackhole hole) {
    for (Document document : documents) {
      hole.consume(ReadingId.ofText(document.text().getBytes(StandardCharsets.UTF_8)));
    }
  }

  /** The sketches of near deduplication. */
  @Benchmark
  public int sketch() {
    MinHash sketch = new MinHash(128, 10);
    int sum = 0;
    for (Document document : documents) {
      sketch.sketch(document.text());
      sum += Arrays.hashCode(sketch.fragments());
    }
    return sum;
  }
}
