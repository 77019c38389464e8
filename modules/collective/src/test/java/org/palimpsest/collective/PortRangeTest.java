package org.palimpsest.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.base.PalimpsestException;

class PortRangeTest {
  @ParameterizedTest
  @CsvSource({
    "45000, 45000, 45000",
    "45000-45100, 45000, 45100",
    "45000-45000, 45000, 45000",
    "1-65535, 1, 65535"
  })
  void parsesPortsAndRanges(String text, int first, int last) {
    assertThat(PortRange.parse(text)).isEqualTo(new PortRange(first, last));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "0", "70000", "45100-45000", "45000-", "45000-65536", "any", "-1", "1 - 2"})
  void refusesOtherTexts(String text) {
    assertThatThrownBy(() -> PortRange.parse(text))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "training.collective.ports is '%s', but must be a port or a range of ports such as"
                + " 45000-45100.",
            text)
        .extracting(e -> ((PalimpsestException) e).kind())
        .isEqualTo(PalimpsestException.Kind.CONFIGURATION);
  }

  @Test
  void printsAsItParses() {
    assertThat(PortRange.parse("45000-45100")).hasToString("45000-45100");
    assertThat(PortRange.parse("45000")).hasToString("45000");
    assertThat(PortRange.any().isAny()).isTrue();
    assertThat(PortRange.parse("1-2").isAny()).isFalse();
  }

  /** Takes the first free port of the range. */
  @Test
  void rendezvousListensInTheRange() throws IOException {
    try (ServerSocket taken =
        new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      int port = taken.getLocalPort();
      PortRange range = new PortRange(port, Math.min(port + 20, 65_535));
      Sockets sockets = new Sockets("", range);
      try (Rendezvous rendezvous = Rendezvous.listen("127.0.0.1", sockets, Duration.ofSeconds(5))) {
        assertThat(Address.parse(rendezvous.address()).port()).isBetween(port + 1, range.last());
      }
    }
  }
}
