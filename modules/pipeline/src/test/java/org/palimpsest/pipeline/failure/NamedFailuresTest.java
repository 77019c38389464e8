package org.palimpsest.pipeline.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;

/** The classes of exceptions that clients of Spark Connect see. */
class NamedFailuresTest {
  @ParameterizedTest
  @EnumSource(Kind.class)
  void theClassNamesTheKind(Kind kind) {
    PalimpsestException named = NamedFailures.of(new PalimpsestException(kind, "A sentence."));

    assertThat(named.kind()).isEqualTo(kind);
    assertThat(named.getClass().getSimpleName())
        .isEqualToIgnoringCase(kind.name().replace("_", ""));
    assertThat(named).hasMessage("A sentence.");
  }

  @Test
  void causeAndTraceStay() {
    Exception cause = new IllegalStateException("why");
    PalimpsestException thrown = new PalimpsestException(Kind.INPUT, "A sentence.", cause);

    PalimpsestException named = NamedFailures.of(thrown);

    assertThat(named).hasCause(cause);
    assertThat(named.getStackTrace()).isEqualTo(thrown.getStackTrace());
  }

  @Test
  void aNamedFailureStaysAsItIs() {
    PalimpsestException named = NamedFailures.of(PalimpsestException.input("A sentence."));

    assertThat(NamedFailures.of(named)).isSameAs(named);
  }

  @Test
  void aCallWithoutAFailureReturnsItsResult() {
    assertThat(NamedFailures.of(() -> "result")).isEqualTo("result");
  }

  @Test
  void otherExceptionsOfACallAreNotChanged() {
    RuntimeException other = new IllegalArgumentException("other");

    assertThatThrownBy(
            () ->
                NamedFailures.ofRunnable(
                    () -> {
                      throw other;
                    }))
        .isSameAs(other);
  }
}
