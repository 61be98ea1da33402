/** A phone made of text, and one side of a dialog. */
export { type InviteParts, kindOf, Phone, Side, type Wire } from "../../../../runtime/simulator/network/phone.ts";
