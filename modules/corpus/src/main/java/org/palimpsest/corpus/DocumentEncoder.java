package org.palimpsest.corpus;

import java.util.Arrays;
import java.util.Iterator;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.palimpsest.corpus.text.Document;
import org.palimpsest.corpus.text.Reading;
import org.palimpsest.corpus.text.Rejection;
import org.palimpsest.corpus.text.Sentences;
import scala.Tuple2;

/**
 * Documents to tokens, sentence by sentence, so that every sentence begins with a token. Keyed for
 * the shuffle into lanes.
 */
final class DocumentEncoder implements PairFlatMapFunction<Iterator<Reading>, LaneKey, Shuffled> {
  private static final long serialVersionUID = 1L;

  /** A longer sentence is no sentence; in pieces its cost stays linear. In characters. */
  private static final int PIECE = 1 << 14;

  private final Broadcast<TokenizerFile> tokenizer;
  private final LanePlan plan;

  DocumentEncoder(Broadcast<TokenizerFile> tokenizer, LanePlan plan) {
    this.tokenizer = tokenizer;
    this.plan = plan;
  }

  @Override
  public Iterator<Tuple2<LaneKey, Shuffled>> call(Iterator<Reading> readings) {
    Encoding encoding = new Encoding(tokenizer.value().tokenizer());
    return new MappedIterator<>(readings, reading -> keyed(reading, encoding));
  }

  private Tuple2<LaneKey, Shuffled> keyed(Reading reading, Encoding encoding) {
    if (reading instanceof Document document) {
      EncodedDocument encoded = encoding.of(document.text());
      return encoded.tokens().length > 0
          ? new Tuple2<>(plan.place(document.id()), encoded)
          : rejected(new Rejection(document.source(), document.key(), "no tokens", ""));
    }
    return rejected((Rejection) reading);
  }

  private Tuple2<LaneKey, Shuffled> rejected(Rejection rejection) {
    return new Tuple2<>(plan.placeOfRejected(rejection.id()), new RejectedRecord(rejection));
  }

  /** Encodes one document after the other. */
  static final class Encoding {
    private final Tokenizer tokenizer;
    private final Sentences sentences = new Sentences();
    private int[] tokens = new int[256];
    private int length;

    Encoding(Tokenizer tokenizer) {
      this.tokenizer = tokenizer;
    }

    EncodedDocument of(String text) {
      length = 0;
      int count = sentences.find(text);
      int[] starts = new int[count];
      int kept = 0;
      for (int i = 0; i < count; i++) {
        int before = length;
        append(text, sentences.start(i), i + 1 < count ? sentences.start(i + 1) : text.length());
        if (length > before) {
          starts[kept++] = before;
        }
      }
      return new EncodedDocument(Arrays.copyOf(tokens, length), Arrays.copyOf(starts, kept));
    }

    private void append(String text, int from, int to) {
      int start = from;
      while (to - start > PIECE) {
        int cut = cut(text, start, start + PIECE);
        append(tokenizer.encode(text.substring(start, cut)));
        start = cut;
      }
      append(tokenizer.encode(text.substring(start, to)));
    }

    /** The last white space before {@code end}; without any, a place that splits no character. */
    private static int cut(String text, int start, int end) {
      for (int at = end; at > start; at--) {
        if (Character.isWhitespace(text.charAt(at))
            && !Character.isWhitespace(text.charAt(at - 1))) {
          return at;
        }
      }
      return Character.isLowSurrogate(text.charAt(end)) ? end - 1 : end;
    }

    private void append(int[] ids) {
      if (length + ids.length > tokens.length) {
        tokens = Arrays.copyOf(tokens, Math.max(length + ids.length, tokens.length * 2));
      }
      System.arraycopy(ids, 0, tokens, length, ids.length);
      length += ids.length;
    }
  }
}
