package org.palimpsest.storage.tokenizer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * What a SentencePiece model ({@code spiece.model}, {@code sentencepiece.bpe.model}, {@code
 * source.spm}) says: {@code sentencepiece_model.proto} of its project.
 *
 * @param pieces by id
 * @param algorithm how text is cut into pieces
 * @param unknown id of the unknown piece
 * @param characters the compiled map of characters; empty for none
 */
record SentencePieceModel(
    List<Piece> pieces, Algorithm algorithm, int unknown, Optional<byte[]> characters) {

  /** How text is cut into pieces. */
  enum Algorithm {
    UNIGRAM,
    BPE,
    OTHER
  }

  /** What a piece is for. */
  enum Use {
    NORMAL,
    UNKNOWN,
    CONTROL,
    USER_DEFINED,
    UNUSED,
    BYTE
  }

  /**
   * A piece.
   *
   * @param score log-probability, or in BPE minus the rank
   */
  record Piece(String text, float score, Use use) {}

  private static final int PIECES = 1;
  private static final int TRAINER = 2;
  private static final int NORMALIZER = 3;
  private static final int PIECE_TEXT = 1;
  private static final int PIECE_SCORE = 2;
  private static final int PIECE_USE = 3;
  private static final int TRAINER_MODEL = 3;
  private static final int TRAINER_UNKNOWN = 40;
  private static final int NORMALIZER_CHARACTERS = 2;

  /**
   * Reads a file.
   *
   * @throws NoSuchElementException if the bytes are no such model
   */
  static SentencePieceModel parse(byte[] file) {
    Builder builder = new Builder();
    WireFormat fields = new WireFormat(ByteBuffer.wrap(file));
    while (fields.hasNext()) {
      switch (fields.next()) {
        case PIECES -> builder.pieces.add(piece(new WireFormat(fields.bytes())));
        case TRAINER -> builder.trainer(new WireFormat(fields.bytes()));
        case NORMALIZER -> builder.normalizer(new WireFormat(fields.bytes()));
        default -> fields.skip();
      }
    }
    return builder.build();
  }

  private static Piece piece(WireFormat fields) {
    String text = "";
    float score = 0;
    Use use = Use.NORMAL;
    while (fields.hasNext()) {
      switch (fields.next()) {
        case PIECE_TEXT -> text = fields.text();
        case PIECE_SCORE -> score = fields.real();
        case PIECE_USE -> use = value(Use.values(), fields.number() - 1);
        default -> fields.skip();
      }
    }
    return new Piece(text, score, use);
  }

  private static <E> E value(E[] values, long index) {
    if (index < 0 || index >= values.length) {
      throw new NoSuchElementException("an unknown value " + (index + 1));
    }
    return values[(int) index];
  }

  private static final class Builder {
    private final List<Piece> pieces = new ArrayList<>();
    private Algorithm algorithm = Algorithm.UNIGRAM;
    private int unknown;
    private Optional<byte[]> characters = Optional.empty();

    private void trainer(WireFormat fields) {
      while (fields.hasNext()) {
        switch (fields.next()) {
          case TRAINER_MODEL ->
              algorithm = value(Algorithm.values(), Math.min(fields.number(), 3) - 1);
          case TRAINER_UNKNOWN -> unknown = (int) fields.number();
          default -> fields.skip();
        }
      }
    }

    private void normalizer(WireFormat fields) {
      while (fields.hasNext()) {
        if (fields.next() == NORMALIZER_CHARACTERS) {
          ByteBuffer map = fields.bytes();
          byte[] bytes = new byte[map.remaining()];
          map.get(bytes);
          characters = bytes.length == 0 ? Optional.empty() : Optional.of(bytes);
        } else {
          fields.skip();
        }
      }
    }

    private SentencePieceModel build() {
      if (pieces.isEmpty() || unknown < 0 || unknown >= pieces.size()) {
        throw new NoSuchElementException("no piece for unknown text");
      }
      return new SentencePieceModel(List.copyOf(pieces), algorithm, unknown, characters);
    }
  }
}
