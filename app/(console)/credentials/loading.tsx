import { Page } from '../../../components/shell/page.tsx';
import { PageHead } from '../../../components/shell/page-head.tsx';
import { LoadingRows } from '../../../components/ui/list-bodies.tsx';

export default function Loading() {
  return (
    <Page>
      <PageHead
        title="Federated credentials"
        lede="Every credential of every subscription you can see, with what it opens in Azure DevOps."
      />
      <div className="mt-6">
        <LoadingRows rows={10} reading="Reading what the last scan found." />
      </div>
    </Page>
  );
}
