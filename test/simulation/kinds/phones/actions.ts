import { backUpPhones } from "../../../../infra/local/provider/world/phones.ts";
import { type Phone, phone_states } from "../../../../infra/local/provider/world/services.ts";
import type { Account } from "../../night/account.ts";
import type { Action } from "../../night/kind.ts";

/** What people do to phones while a release may be under way. */
export const phoneActions: readonly Action[] = [
  onPhone("freeze or thaw a phone", (_account, phone) => {
    phone.frozen = !phone.frozen;
  }),
  onPhone("back a phone up by hand", ({ world, project_id }, { id }) => {
    backUpPhones(world, { project_id, ids: [id], request_id: "by-hand" });
  }),
  onPhone("break or fix a phone", (_account, phone) => {
    if (phone.state === phone_states.data_loaded) phone.state = phone_states.restoration_exception;
    else if (phone.state === phone_states.restoration_exception) phone.state = phone_states.data_loaded;
  }),
];

function onPhone(name: string, act: (account: Account, phone: Phone) => void): Action {
  return {
    name,
    act({ account, random }) {
      const phones = account.world.phones.all();
      const phone = phones[random.between(0, phones.length - 1)];
      if (phone === undefined) return undefined;
      act(account, phone);
      return phone.id;
    },
  };
}
