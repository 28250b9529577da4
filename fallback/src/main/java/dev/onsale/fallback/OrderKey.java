package dev.onsale.fallback;

import dev.onsale.schemas.SectionKey;

/** Which order. An order id alone may stand in several sections: it is made of the buyer and the buyer's request only. */
public record OrderKey(SectionKey section, String orderId) {}
