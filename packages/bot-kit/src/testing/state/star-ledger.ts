// Who paid how many Stars for what? Invoices, payments and the bot's balance.

export interface NewInvoice {
  readonly title: string;
  readonly description: string;
  readonly payload: string;
  readonly amount: number;
  readonly subscription: boolean;
}

export interface Payment {
  readonly chargeId: string;
  readonly user: number;
  readonly payload: string;
  readonly amount: number;
  readonly subscription: boolean;
  refunded: boolean;
  canceled: boolean;
}

export interface StarMove {
  readonly id: string;
  readonly date: number;
  readonly amount: number;
  readonly payment: Payment;
}

export class StarLedger {
  /** By link, or `chat:message`. */
  readonly invoices = new Map<string, NewInvoice>();
  readonly payments = new Map<string, Payment>();
  readonly transactions: StarMove[] = [];

  get balance(): number {
    return this.transactions.reduce((sum, { amount }) => sum + amount, 0);
  }

  note(date: number, amount: number, payment: Payment): void {
    // A refund has the id of its payment (core.telegram.org/bots/api#startransaction).
    this.transactions.push({ id: payment.chargeId, date, amount, payment });
  }
}
