package org.palimpsest.corpus.prepare;

import java.util.Iterator;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.spark.MappedIterator;
import org.palimpsest.corpus.store.LaneKey;
import org.palimpsest.corpus.text.CleaningCounts;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.ReadingId;
import org.palimpsest.corpus.text.Rejection;
import org.palimpsest.corpus.tokenize.EncodedDocument;
import org.palimpsest.corpus.tokenize.TextEncoder;
import org.palimpsest.corpus.tokenize.TokenizerFile;
import scala.Tuple2;

/** Encodes documents and keys them for the shuffle into lanes. */
final class DocumentEncoder implements PairFlatMapFunction<Iterator<Reading>, LaneKey, Shuffled> {
  private static final long serialVersionUID = 1L;

  private final Broadcast<TokenizerFile> tokenizer;
  private final LanePlan plan;
  private final boolean fingerprints;

  DocumentEncoder(Broadcast<TokenizerFile> tokenizer, LanePlan plan, CorpusSettings settings) {
    this.tokenizer = tokenizer;
    this.plan = plan;
    fingerprints = settings.cleaning().searchesDuplicates();
  }

  @Override
  public Iterator<Tuple2<LaneKey, Shuffled>> call(Iterator<Reading> readings) {
    TextEncoder encoder = new TextEncoder(tokenizer.value().tokenizer());
    Languages languages = new Languages(tokenizer.value().tokenizer().vocabulary());
    return new MappedIterator<>(readings, reading -> keyed(reading, encoder, languages));
  }

  private Tuple2<LaneKey, Shuffled> keyed(
      Reading reading, TextEncoder encoder, Languages languages) {
    if (reading instanceof Document document) {
      return keyed(document, encoder, languages);
    }
    return reading instanceof CleaningCounts counts
        ? new Tuple2<>(plan.placeOfCounts(), new CleaningTally(counts))
        : rejected((Rejection) reading);
  }

  /** A tokenizer without an unknown token has no ids for some texts. */
  private Tuple2<LaneKey, Shuffled> keyed(
      Document document, TextEncoder encoder, Languages languages) {
    int language = languages.of(document);
    if (language == Languages.UNKNOWN) {
      return rejected(
          new Rejection(
              document.source(),
              document.key(),
              "unknown language",
              document.language() + " is no token of the tokenizer"));
    }
    try {
      EncodedDocument encoded = encoder.encode(document.text());
      return encoded.tokens().length > 0
          ? new Tuple2<>(plan.place(document.id(), encoded), packed(encoded, language, document))
          : rejected(new Rejection(document.source(), document.key(), "no tokens", ""));
    } catch (PalimpsestException e) {
      if (e.kind() != PalimpsestException.Kind.INPUT) {
        throw e;
      }
      return rejected(
          new Rejection(
              document.source(), document.key(), Rejection.NOT_ENCODABLE, e.getMessage()));
    }
  }

  private PackedDocument packed(EncodedDocument encoded, int language, Document document) {
    return PackedDocument.of(
        new EncodedDocument(encoded.tokens(), encoded.sentenceStarts(), document.source()),
        language,
        fingerprints ? ReadingId.ofText(document.text()) : ReadingId.NONE);
  }

  private Tuple2<LaneKey, Shuffled> rejected(Rejection rejection) {
    return new Tuple2<>(plan.placeOfRejected(rejection), new RejectedRecord(rejection));
  }
}
