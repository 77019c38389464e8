package org.palimpsest.corpus.prepare;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.read.BlockReader;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.CorpusSplit;
import org.palimpsest.corpus.read.EpochBlock;
import org.palimpsest.corpus.read.Manifest;
import org.palimpsest.corpus.read.StoredLanes;
import org.palimpsest.corpus.spark.Failures;
import org.palimpsest.corpus.spark.HadoopSettings;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;

/**
 * Compares the manifest with the content of the files: sizes and checksums, and the number of
 * blocks, of tokens, of bytes of text and of blocks of each length. Runs one task per lane, reads
 * every file twice, and holds one row group per task.
 */
public final class CorpusCheck {
  private static final String STAGE = "Check lanes";

  private final Corpus corpus;
  private final JavaSparkContext spark;

  private CorpusCheck(SparkSession session, Corpus corpus) {
    this.corpus = corpus;
    this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
  }

  /**
   * Checks a corpus and returns it.
   *
   * @throws PalimpsestException of kind INPUT that names a difference
   */
  public static Corpus run(SparkSession session, Corpus corpus) {
    CorpusCheck check = new CorpusCheck(session, corpus);
    StoredFolder folder =
        new StoredFolder(corpus.path(), session.sparkContext().hadoopConfiguration());
    folder.verify(corpus.manifest().tokenizer());
    corpus.manifest().rejectedFiles().forEach(folder::verify);
    check.checkFiles(
        Stream.concat(StoredLanes.texts(corpus.manifest()), StoredLanes.sources(corpus.manifest()))
            .toList());
    check.checkSplit(corpus.training(), corpus.manifest().training());
    check.checkSplit(corpus.validation(), corpus.manifest().validation());
    return corpus;
  }

  private void checkFiles(List<StoredFile> files) {
    if (files.isEmpty()) {
      return;
    }
    HadoopSettings hadoop = new HadoopSettings(spark.hadoopConfiguration());
    String folder = corpus.path().toString();
    inStage(
        () -> {
          spark
              .parallelize(files, files.size())
              .foreach(
                  file -> new StoredFolder(new Path(folder), hadoop.configuration()).verify(file));
          return files;
        });
  }

  private void checkSplit(CorpusSplit split, Manifest.SplitEntry recorded) {
    if (recorded.lanes().isEmpty()) {
      return;
    }
    List<Integer> lanes = IntStream.range(0, split.lanes()).boxed().toList();
    HadoopSettings hadoop = new HadoopSettings(spark.hadoopConfiguration());
    String folder = corpus.path().toString();
    // Copied, because sublists are not serializable.
    Manifest.LaneEntry[] entries = recorded.lanes().toArray(Manifest.LaneEntry[]::new);
    LaneReport.Counts found =
        inStage(
            () ->
                spark
                    .parallelize(lanes, lanes.size())
                    .map(lane -> checked(split, lane, entries[lane], folder, hadoop))
                    .reduce(CorpusCheck::sum)
                    .counts());
    require(split, "blocks", recorded.blocks(), found.blocks());
    require(split, "tokens", recorded.tokens(), found.tokens());
    require(split, "bytes of text", recorded.utf8Bytes(), found.utf8Bytes());
    if (!recorded.blockLengths().isEmpty()) {
      requireLengths(split, recorded.blockLengths(), found.lengthClasses());
    }
  }

  private <T> T inStage(Supplier<T> job) {
    spark.setCallSite(STAGE);
    try {
      return job.get();
    } catch (Exception e) {
      // Scala throws checked exceptions without declaring them.
      throw Failures.of(STAGE, e);
    } finally {
      spark.clearCallSite();
    }
  }

  private static LaneReport sum(LaneReport one, LaneReport other) {
    return new LaneReport(
        one.file(), one.lists(), one.counts().plus(other.counts()), one.filtered());
  }

  private static LaneReport checked(
      CorpusSplit split, int lane, Manifest.LaneEntry entry, String folder, HadoopSettings hadoop) {
    StoredFile file = entry.file();
    new StoredFolder(new Path(folder), hadoop.configuration()).verify(file);
    long tokens = 0;
    long blocks = 0;
    long bytes = 0;
    long[] byLength = new long[split.blockSize() + 1];
    try (BlockReader reader = split.withRemoved().lane(lane)) {
      while (reader.hasNext()) {
        EpochBlock block = reader.next();
        boolean isPurged = block.block().length() == 0 && split.isRemoved(lane, blocks);
        if (!isPurged) {
          requireValid(block.block(), split, file);
        }
        tokens += block.block().length();
        bytes += block.utf8Bytes();
        byLength[block.block().length()]++;
        blocks++;
      }
    }
    return new LaneReport(
        file,
        LaneReport.Lists.none(),
        new LaneReport.Counts(0, 0, tokens, blocks, bytes, byLength),
        LaneReport.Filtered.none());
  }

  /** Checks what every reader of blocks relies on. */
  private static void requireValid(TokenBlock block, CorpusSplit split, StoredFile file) {
    int[] sentences = block.sentenceStarts();
    boolean valid =
        block.length() > 0
            && block.length() <= split.blockSize()
            && sentences.length > 0
            && sentences[0] == 0
            && areAscending(sentences, block.length())
            && areAscending(block.documentStarts(), block.length())
            && Arrays.stream(block.documentStarts())
                .allMatch(start -> Arrays.binarySearch(sentences, start) >= 0);
    if (!valid) {
      throw PalimpsestException.input(
          "Block %d in %s is invalid: prepare the corpus again with --fresh."
              .formatted(block.id(), file.name()));
    }
  }

  private static boolean areAscending(int[] starts, int length) {
    for (int i = 0; i < starts.length; i++) {
      if (starts[i] >= length || (i > 0 && starts[i] <= starts[i - 1])) {
        return false;
      }
    }
    return true;
  }

  private void requireLengths(
      CorpusSplit split, List<Manifest.LengthClass> recorded, List<Manifest.LengthClass> found) {
    if (!recorded.equals(found)) {
      throw PalimpsestException.input(
          "The %s split of the corpus %s has other block lengths (%s) than its manifest (%s): prepare it again with --fresh."
              .formatted(split.name(), corpus.path(), shown(found), shown(recorded)));
    }
  }

  private static String shown(List<Manifest.LengthClass> lengths) {
    return lengths.stream()
        .flatMap(c -> c.blocks() == 0 ? Stream.empty() : Stream.of(c.upTo() + ": " + c.blocks()))
        .collect(Collectors.joining(", "));
  }

  private void require(CorpusSplit split, String what, long recorded, long found) {
    if (recorded != found) {
      throw PalimpsestException.input(
          "The %s split of the corpus %s has %,d %s, but its manifest says %,d: prepare it again with --fresh."
              .formatted(split.name(), corpus.path(), found, what, recorded));
    }
  }
}
