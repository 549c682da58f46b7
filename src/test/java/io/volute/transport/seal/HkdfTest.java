package io.volute.transport.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The test vectors of RFC 5869, appendix A. */
class HkdfTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void shouldPassTestCase1() {
    check(
        "0b".repeat(22),
        "000102030405060708090a0b0c",
        "f0f1f2f3f4f5f6f7f8f9",
        "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
            + "34007208d5b887185865");
  }

  @Test
  void shouldPassTestCase2() {
    check(
        run(0x00, 0x4f),
        run(0x60, 0xaf),
        run(0xb0, 0xff),
        "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
            + "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
            + "cc30c58179ec3e87c14c01d5c1f3434f1d87");
  }

  @Test
  void shouldPassTestCase3() {
    check(
        "0b".repeat(22),
        "",
        "",
        "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
            + "9d201395faa4b61a96c8");
  }

  private static String run(int first, int last) {
    StringBuilder hex = new StringBuilder();
    for (int value = first; value <= last; value++) {
      hex.append(HEX.toHexDigits((byte) value));
    }
    return hex.toString();
  }

  private static void check(String secret, String salt, String info, String key, String okm) {
    byte[] extracted = Hkdf.extract(HEX.parseHex(salt), HEX.parseHex(secret));
    assertEquals(key, HEX.formatHex(extracted));
    byte[] expanded = Hkdf.expand(extracted, HEX.parseHex(info), okm.length() / 2);
    assertEquals(okm, HEX.formatHex(expanded));
  }
}
