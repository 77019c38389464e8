package org.palimpsest.corpus.prepare;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.broadcast.Broadcast;
import org.palimpsest.base.Secrets;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.lane.BlockBuffer;
import org.palimpsest.corpus.lane.LaneWriter;
import org.palimpsest.corpus.read.Layout;
import org.palimpsest.corpus.store.AttemptFiles;
import org.palimpsest.corpus.store.PartitionTask;
import org.palimpsest.corpus.text.ReadingId;
import org.palimpsest.corpus.text.Rejection;
import org.palimpsest.corpus.tokenize.EncodedDocument;
import org.palimpsest.corpus.tokenize.TokenizerFile;
import org.palimpsest.storage.StoredFile;

/** Writes one partition of the corpus shuffle: a lane, or the list of rejected records. */
final class LaneTask implements PartitionTask<Shuffled, LaneReport> {
  private static final long serialVersionUID = 1L;

  private final Broadcast<TokenizerFile> tokenizer;
  private final LanePlan plan;
  private final CorpusSettings.Blocks blocks;
  private final boolean fingerprints;

  LaneTask(Broadcast<TokenizerFile> tokenizer, LanePlan plan, CorpusSettings settings) {
    this.tokenizer = tokenizer;
    this.plan = plan;
    this.blocks = settings.blocks();
    this.fingerprints = settings.cleaning().searchesDuplicates();
  }

  @Override
  public LaneReport write(int partition, Iterator<Shuffled> records, AttemptFiles files) {
    return partition == plan.rejected()
        ? writeRejected(records, files)
        : writeLane(partition, records, files);
  }

  private LaneReport writeLane(int partition, Iterator<Shuffled> records, AttemptFiles files) {
    String split = partition < plan.trainingLanes() ? Layout.TRAINING : Layout.VALIDATION;
    String name = "%s/lane-%05d".formatted(split, plan.number(partition));
    Tally tally = new Tally(blocks.size());
    List<StoredFile> texts = new ArrayList<>(1);
    List<StoredFile> sources = new ArrayList<>(1);
    StoredFile lane =
        files.write(
            name,
            ".parquet",
            out ->
                sources.add(
                    files.write(
                        name,
                        BlockSources.SUFFIX,
                        list -> {
                          BlockSources.Writer of = new BlockSources.Writer(list);
                          if (fingerprints) {
                            texts.add(writeWithTexts(name, records, tally, out, of, files));
                          } else {
                            writeLane(records, tally, text -> {}, out, of);
                          }
                        })));
    return new LaneReport(
        lane, new LaneReport.Lists(texts, sources), tally.counts(), LaneReport.Filtered.none());
  }

  /** Receives the fingerprint of each document of a lane. */
  private interface Texts {
    void add(ReadingId text) throws IOException;
  }

  /** Writes a lane and, in a second file, the fingerprints of its texts. */
  private StoredFile writeWithTexts(
      String name,
      Iterator<Shuffled> records,
      Tally tally,
      OutputStream lane,
      BlockSources.Writer sources,
      AttemptFiles files) {
    return files.write(
        name,
        TextFingerprints.SUFFIX,
        out -> writeLane(records, tally, new TextFingerprints.Writer(out)::add, lane, sources));
  }

  private void writeLane(
      Iterator<Shuffled> records,
      Tally tally,
      Texts texts,
      OutputStream out,
      BlockSources.Writer sources)
      throws IOException {
    try (LaneWriter lane = new LaneWriter(out, blocks.rowGroup())) {
      LanguageCutter cutter =
          new LanguageCutter(
              blocks,
              tokenizer.value().tokenizer(),
              block -> {
                lane.write(block);
                sources.add(block.sources());
                tally.block(block);
              });
      while (records.hasNext()) {
        PackedDocument packed = (PackedDocument) records.next();
        EncodedDocument document = packed.unpacked();
        cutter.add(document, packed.language());
        tally.document(document);
        texts.add(packed.text());
      }
      cutter.finish();
    }
  }

  private static LaneReport writeRejected(Iterator<Shuffled> records, AttemptFiles files) {
    LaneReport.Filtered filtered = LaneReport.Filtered.none();
    Shuffled first = afterCounts(records, filtered);
    StoredFile list =
        first == null
            ? null
            : files.write(
                Layout.REJECTED + "/records",
                ".jsonl",
                out -> {
                  append(first, filtered, out);
                  while (records.hasNext()) {
                    append(records.next(), filtered, out);
                  }
                });
    return new LaneReport(list, LaneReport.Lists.none(), LaneReport.Counts.none(0), filtered);
  }

  /** Adds the counts at the beginning and returns the first rejected record, or null. */
  private static Shuffled afterCounts(Iterator<Shuffled> records, LaneReport.Filtered filtered) {
    while (records.hasNext()) {
      Shuffled record = records.next();
      if (record instanceof CleaningTally tally) {
        filtered.cleaned().addAll(tally.counts());
      } else {
        return record;
      }
    }
    return null;
  }

  private static void append(Shuffled record, LaneReport.Filtered filtered, OutputStream out)
      throws IOException {
    Rejection rejection = ((RejectedRecord) record).rejection();
    Map<String, String> line = new LinkedHashMap<>();
    line.put("source", Secrets.redacted(rejection.source()));
    line.put("offset", rejection.key());
    line.put("reason", rejection.reason());
    line.put("detail", rejection.detail());
    String detail = rejection.detail().isEmpty() ? "" : ", " + rejection.detail();
    String example = rejection.source() + " at " + rejection.key() + detail;
    filtered.rejected().append(out, line, rejection.reason(), example);
  }

  /** The counts of a lane. */
  private static final class Tally {
    private final long[] byLength;
    private long documents;
    private long sentences;
    private long tokens;
    private long blocks;
    private long utf8Bytes;

    Tally(int blockSize) {
      byLength = new long[blockSize + 1];
    }

    void document(EncodedDocument document) {
      documents++;
      sentences += document.sentenceStarts().length;
    }

    void block(BlockBuffer block) {
      blocks++;
      tokens += block.length();
      utf8Bytes += block.utf8Bytes();
      byLength[block.length()]++;
    }

    LaneReport.Counts counts() {
      return new LaneReport.Counts(documents, sentences, tokens, blocks, utf8Bytes, byLength);
    }
  }
}
