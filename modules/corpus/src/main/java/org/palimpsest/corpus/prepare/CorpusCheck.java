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
 * Compares everything a manifest says with what the files hold, a task a lane: sizes and checksums,
 * and the number of blocks, of tokens, of bytes of text and of blocks of every length. Reads every
 * file twice; holds a row group a task.
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
   * @throws PalimpsestException of kind INPUT that says what differs
   */
  public static Corpus run(SparkSession session, Corpus corpus) {
    CorpusCheck check = new CorpusCheck(session, corpus);
    StoredFolder folder =
        new StoredFolder(corpus.path(), session.sparkContext().hadoopConfiguration());
    folder.verify(corpus.manifest().tokenizer());
    corpus.manifest().rejectedFiles().forEach(folder::verify);
    check.files(StoredLanes.texts(corpus.manifest()).toList());
    check.part(corpus.training(), corpus.manifest().training());
    check.part(corpus.validation(), corpus.manifest().validation());
    return corpus;
  }

  private void files(List<StoredFile> files) {
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

  private void part(CorpusSplit part, Manifest.SplitEntry stated) {
    if (stated.lanes().isEmpty()) {
      return;
    }
    List<Integer> lanes = IntStream.range(0, part.lanes()).boxed().toList();
    HadoopSettings hadoop = new HadoopSettings(spark.hadoopConfiguration());
    String folder = corpus.path().toString();
    // Copied, for a sublist and the like cannot travel.
    Manifest.LaneEntry[] entries = stated.lanes().toArray(Manifest.LaneEntry[]::new);
    LaneReport.Counts found =
        inStage(
            () ->
                spark
                    .parallelize(lanes, lanes.size())
                    .map(lane -> checked(part, lane, entries[lane], folder, hadoop))
                    .reduce(CorpusCheck::sum)
                    .counts());
    require(part, "blocks", stated.blocks(), found.blocks());
    require(part, "tokens", stated.tokens(), found.tokens());
    require(part, "bytes of text", stated.utf8Bytes(), found.utf8Bytes());
    if (!stated.blockLengths().isEmpty()) {
      requireLengths(part, stated.blockLengths(), found.lengthClasses());
    }
  }

  private <T> T inStage(Supplier<T> job) {
    spark.setCallSite(STAGE);
    try {
      return job.get();
    } catch (Exception e) {
      // Scala throws checked exceptions without saying so.
      throw Failures.of(STAGE, e);
    } finally {
      spark.clearCallSite();
    }
  }

  private static LaneReport sum(LaneReport one, LaneReport other) {
    return new LaneReport(one.file(), List.of(), one.counts().plus(other.counts()), one.filtered());
  }

  private static LaneReport checked(
      CorpusSplit part, int lane, Manifest.LaneEntry entry, String folder, HadoopSettings hadoop) {
    StoredFile file = entry.file();
    new StoredFolder(new Path(folder), hadoop.configuration()).verify(file);
    long tokens = 0;
    long blocks = 0;
    long bytes = 0;
    long[] byLength = new long[part.blockSize() + 1];
    try (BlockReader reader = part.lane(lane)) {
      while (reader.hasNext()) {
        EpochBlock block = reader.next();
        requireSound(block.block(), part, file);
        tokens += block.block().length();
        bytes += block.utf8Bytes();
        byLength[block.block().length()]++;
        blocks++;
      }
    }
    return new LaneReport(
        file,
        List.of(),
        new LaneReport.Counts(0, 0, tokens, blocks, bytes, byLength),
        LaneReport.Filtered.none());
  }

  /** What every reader of blocks relies on. */
  private static void requireSound(TokenBlock block, CorpusSplit part, StoredFile file) {
    int[] sentences = block.sentenceStarts();
    boolean sound =
        block.length() > 0
            && block.length() <= part.blockSize()
            && sentences.length > 0
            && sentences[0] == 0
            && ascend(sentences, block.length())
            && ascend(block.documentStarts(), block.length())
            && Arrays.stream(block.documentStarts())
                .allMatch(start -> Arrays.binarySearch(sentences, start) >= 0);
    if (!sound) {
      throw PalimpsestException.input(
          "Block %d in %s is not sound: prepare the corpus again with --fresh."
              .formatted(block.id(), file.name()));
    }
  }

  private static boolean ascend(int[] starts, int length) {
    for (int i = 0; i < starts.length; i++) {
      if (starts[i] >= length || (i > 0 && starts[i] <= starts[i - 1])) {
        return false;
      }
    }
    return true;
  }

  private void requireLengths(
      CorpusSplit part, List<Manifest.LengthClass> stated, List<Manifest.LengthClass> found) {
    if (!stated.equals(found)) {
      throw PalimpsestException.input(
          "The %s part of the corpus %s has blocks of other lengths (%s) than its manifest says (%s): prepare it again with --fresh."
              .formatted(part.name(), corpus.path(), shown(found), shown(stated)));
    }
  }

  private static String shown(List<Manifest.LengthClass> lengths) {
    return lengths.stream()
        .flatMap(c -> c.blocks() == 0 ? Stream.empty() : Stream.of(c.upTo() + ": " + c.blocks()))
        .collect(Collectors.joining(", "));
  }

  private void require(CorpusSplit part, String what, long stated, long found) {
    if (stated != found) {
      throw PalimpsestException.input(
          "The %s part of the corpus %s has %,d %s, but its manifest says %,d: prepare it again with --fresh."
              .formatted(part.name(), corpus.path(), found, what, stated));
    }
  }
}
